import { inTenant, type Transaction } from '@chorus/db/context.ts';
import { requireFreshSignIn } from '@chorus/shared/assurance.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { queueMail } from '../mail/mail.service.ts';
import { factorRemovedMail } from '../mail/templates.ts';
import { callingMember } from '../members/calling-member.service.ts';
import type { MemberRow } from '../members/members.table.ts';
import { findPerson, type Person } from '../people/people.queries.ts';
import { signInRequirements } from '../security-policy/sign-in-requirements.service.ts';
import { endSessionsOf } from '../sessions/person-sessions.service.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { findFactors, removeFactors, type Factors } from './factors.queries.ts';

/** How long ago whoever removes a factor may have signed in. */
const FRESH_SIGN_IN_S = 300;

/** Of somebody who sees themselves. */
export const factorsOf = (ctx: Context, { personId }: MemberRow): Promise<Factors> =>
  findFactors(ctx.database.statements(null), personId);

/** Answers how many other sessions ended with it; those that began with the factor have lost what made them sure. */
export async function removeFactor(
  ctx: Context,
): Promise<{ endedSessions: number } | 'required' | 'not-enrolled'> {
  const { personId } = await callingMember(ctx);
  requireFreshSignIn(ctx.identity, FRESH_SIGN_IN_S);
  return ctx.transaction(async (transaction) => {
    const person = await findPerson(transaction.db, { id: personId });
    if (person === undefined) throw new AppError('FORBIDDEN');
    if (await isRequired(transaction, person)) return 'required';
    if (!(await removeFactors(transaction, personId))) return 'not-enrolled';
    const removed = { action: 'factor.removed', detail: { factor: 'totp' } } as const;
    const but = ctx.identity.sessionId;
    const endedSessions = await endSessionsOf(ctx, transaction, person, { ...removed, but });
    await queueMail(ctx.services, transaction, { to: person.email, ...factorRemovedMail() });
    return { endedSessions };
  });
}

/** Whether any tenant wants the factor, which guards them all; none of them can begin to until the transaction ends. */
async function isRequired(transaction: Transaction, { places }: Person): Promise<boolean> {
  for (const { tenantId, memberId } of places) {
    const there = await inTenant(transaction, tenantId);
    await lockTenant(there);
    const { enrolBy } = await signInRequirements(there, memberId, null);
    if (enrolBy !== undefined) return true;
  }
  return false;
}
