import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { audit } from '../audit/audit.service.ts';
import type { AuditParty } from '../audit/audit.table.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { markPersonEnded, tenantsSignedInTo } from './sessions.queries.ts';

/** All of a person's sessions in all tenants, but one perhaps; answers how many ended. */
export async function endSessionsOf(ctx: Context, personId: string, but: string | null): Promise<number> {
  let ended = 0;
  for (const tenantId of await tenantsSignedInTo(ctx.database.statements(null), personId)) {
    ended += await transactionOf(ctx.database, tenantId, async (transaction) => {
      await lockTenant(transaction);
      return endSessionsIn(ctx, transaction, personId, { but });
    });
  }
  return ended;
}

/** Those of the transaction's tenant, which is locked; ended by the person's own member there unless somebody else is named. */
export async function endSessionsIn(
  ctx: Context,
  transaction: Transaction,
  personId: string,
  { but = null, actor }: { but?: string | null; actor?: AuditParty },
): Promise<number> {
  const ended = await markPersonEnded(transaction, personId, but);
  const [first] = ended;
  if (first === undefined) return 0;
  const by = actor ?? ({ kind: 'member', id: first.memberId } as const);
  const targets = ended.map(({ id }) => ({ kind: 'session', id }) as const);
  await audit(ctx, transaction, { action: 'session.ended', actor: by, targets });
  await tenantChanged(transaction);
  return ended.length;
}
