import { inTenant, type Transaction } from '@chorus/db/context.ts';
import { audit, type Audited } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import type { Person } from '../people/people.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { endSessions } from './administration.queries.ts';

/** What a person did that ends their sessions, and the session that goes on. */
type Ending = Pick<Audited, 'action' | 'detail'> & { but: string | null };

/**
 * Ends a person's sessions in every tenant, whose logs tell of it; answers how many. Each tenant is locked before
 * anything of it changes, always in one order, so that no two changes wait for each other. The transaction is left in
 * the last of the tenants.
 */
export async function endSessionsOf(
  ctx: Context,
  transaction: Transaction,
  { places }: Pick<Person, 'places'>,
  { but, ...event }: Ending,
): Promise<number> {
  let sum = 0;
  for (const { tenantId, memberId } of places) {
    const there = await inTenant(transaction, tenantId);
    await lockTenant(there);
    const ended = await endSessions(there, { memberId, ...(but !== null && { except: but }) });
    const party = { kind: 'member', id: memberId } as const;
    const after = { endedSessions: ended.length };
    await audit(ctx, there, { ...event, actor: party, targets: [party], after });
    if (ended.length > 0) await tenantChanged(there);
    sum += ended.length;
  }
  return sum;
}
