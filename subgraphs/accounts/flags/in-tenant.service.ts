import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import { lockTenant } from '../tenants/tenants.service.ts';

/** What staff does or reads in a tenant; the platform is nobody's to change. */
export async function inTenant<T>(
  ctx: Context,
  tenantId: string,
  work: (transaction: Transaction) => Promise<T>,
  { reading = false } = {},
): Promise<T | 'tenant-unknown'> {
  if (!isId(tenantId)) return 'tenant-unknown';
  return transactionOf(ctx.database, tenantId, async (transaction) => {
    if (!reading) await lockTenant(transaction);
    return (await tenantsById(transaction, [tenantId])).size === 0 ? 'tenant-unknown' : work(transaction);
  });
}
