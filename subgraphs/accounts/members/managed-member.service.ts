import type { Transaction } from '@chorus/db/context.ts';
import { assignmentsOf } from '../assignments/assignments.queries.ts';
import type { Context } from '../context.ts';
import { requireOverMembers } from '../roles/authority.service.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { presentMembers } from './members.queries.ts';
import type { MemberRow } from './members.table.ts';

/**
 * A member somebody does something to, behind the lock of the tenant; undefined for those who are none (any more).
 * Whom the caller's rules leave out, or who holds more than the caller, is out of reach.
 * @throws AppError FORBIDDEN
 */
export async function managedMember(
  ctx: Context,
  transaction: Transaction,
  id: string,
): Promise<MemberRow | undefined> {
  await lockTenant(transaction);
  const [row] = await presentMembers(transaction, [id]);
  if (row === undefined) return undefined;
  const held = (await assignmentsOf(transaction, [id])).get(id) ?? [];
  ctx.requireRow('members.manage', { ...row, roles: held.map(({ name }) => name) });
  await requireOverMembers(ctx, transaction, [id]);
  return row;
}
