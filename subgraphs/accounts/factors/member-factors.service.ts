import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { queueMail } from '../mail/mail.service.ts';
import { factorResetMail } from '../mail/templates.ts';
import { managedMember } from '../members/managed-member.service.ts';
import type { MemberRow } from '../members/members.table.ts';
import { endSessions } from '../sessions/administration.queries.ts';
import { tenantChanged } from '../tenants/tenants.service.ts';
import { forgetFailures } from '../throttling/attempts.service.ts';
import { belongsElsewhere, removeFactors } from './factors.queries.ts';

/** Why somebody's factors are not another's to take away. */
export type ResetRefusal = 'own' | 'elsewhere';

/**
 * For a member who lost phone and recovery codes. A tenant resets only people who belong to it alone: the factor
 * guards their other tenants too, which have not been asked.
 */
export function resetMemberFactors(
  ctx: Context,
  memberId: string,
): Promise<MemberRow | ResetRefusal | 'member-unknown'> {
  ctx.require('members.manage');
  return ctx.transaction(async (transaction) => {
    const member = await managedMember(ctx, transaction, memberId);
    if (member === undefined) return 'member-unknown';
    const { id, personId, email } = member;
    if (id === ctx.identity.subject) return 'own';
    if (await belongsElsewhere(transaction, personId)) return 'elsewhere';
    const before = { totp: await removeFactors(transaction, personId) };
    const after = { endedSessions: (await endSessions(transaction, { memberId: id })).length };
    const about = { actor: callerParty(ctx), targets: [{ kind: 'member', id } as const] };
    await audit(ctx, transaction, { action: 'factor.reset', ...about, before, after });
    await tenantChanged(transaction);
    await queueMail(ctx.services, transaction, { to: email, ...factorResetMail() });
    return member;
  });
}

/** For a member who mistyped too often, or was locked by somebody who guessed. */
export async function unlockMember(ctx: Context, memberId: string): Promise<MemberRow | 'member-unknown'> {
  ctx.require('members.manage');
  const unlocked = await ctx.transaction(async (transaction) => {
    const member = await managedMember(ctx, transaction, memberId);
    if (member === undefined) return 'member-unknown';
    const about = { actor: callerParty(ctx), targets: [{ kind: 'member', id: member.id } as const] };
    await audit(ctx, transaction, { action: 'member.unlocked', ...about });
    return member;
  });
  if (unlocked !== 'member-unknown') await forgetFailures(ctx, unlocked.personId, unlocked.email);
  return unlocked;
}
