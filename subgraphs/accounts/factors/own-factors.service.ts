import { requireFreshSignIn } from '@chorus/shared/assurance.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { callingMember } from '../members/calling-member.service.ts';
import type { MemberRow } from '../members/members.table.ts';
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
  const { id, personId } = await callingMember(ctx);
  requireFreshSignIn(ctx.identity, FRESH_SIGN_IN_S);
  const party = { kind: 'member', id } as const;
  const outcome = await ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const { enrolBy } = await signInRequirements(transaction, id, ctx.identity.mfaAt);
    if (enrolBy !== undefined) return 'required';
    if (!(await removeFactors(transaction, personId))) return 'not-enrolled';
    const detail = { factor: 'totp' } as const;
    await audit(ctx, transaction, { action: 'factor.removed', actor: party, targets: [party], detail });
    return 'removed';
  });
  if (outcome !== 'removed') return outcome;
  return { endedSessions: await endSessionsOf(ctx, personId, ctx.identity.sessionId) };
}
