import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import { assignmentsOf } from '../assignments/assignments.queries.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import type { MemberRow } from '../members/members.table.ts';
import { endSessionsIn } from '../sessions/person-sessions.service.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { forgetFailures } from '../throttling/attempts.service.ts';
import { belongsElsewhere, removeFactors } from './factors.queries.ts';

/** Why somebody's factors are not another's to take away. */
export type ResetRefusal = 'own' | 'owner' | 'elsewhere';

/**
 * For a member who lost phone and recovery codes. A tenant resets only people who belong to it alone: the factor
 * guards their other tenants too, which have not been asked.
 */
export async function resetMemberFactors(ctx: Context, memberId: string): Promise<MemberRow | ResetRefusal> {
  ctx.require('members.manage');
  const caller = ctx.identity.subject ?? '';
  const actor = { kind: 'member', id: caller } as const;
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const member = await memberOrNone(transaction, memberId);
    if (member.id === caller) return 'own';
    if (await isHigher(transaction, member.id, caller)) return 'owner';
    if (await belongsElsewhere(transaction, member.personId)) return 'elsewhere';
    const had = await removeFactors(transaction, member.personId);
    const target = { kind: 'member', id: member.id } as const;
    const before = { totp: had };
    await audit(ctx, transaction, { action: 'factor.reset', actor, targets: [target], before });
    await endSessionsIn(ctx, transaction, member.personId, { actor });
    return member;
  });
}

/** For a member who mistyped too often, or was locked by somebody who guessed. */
export async function unlockMember(ctx: Context, memberId: string): Promise<MemberRow> {
  ctx.require('members.manage');
  const member = await memberOrNone(ctx, memberId);
  await forgetFailures(ctx, member.personId, member.email);
  const actor = { kind: 'member', id: ctx.identity.subject ?? '' } as const;
  const target = { kind: 'member', id: member.id } as const;
  await ctx.transaction((transaction) =>
    audit(ctx, transaction, { action: 'member.unlocked', actor, targets: [target] }),
  );
  return member;
}

async function memberOrNone(scope: Scope, id: string): Promise<MemberRow> {
  const member = isId(id) ? (await membersById(scope, [id])).get(id) : undefined;
  if (member === undefined) throw new AppError('NOT_FOUND');
  return member;
}

/** Owners are reset by owners only. */
async function isHigher(scope: Scope, memberId: string, caller: string): Promise<boolean> {
  const held = await assignmentsOf(scope, [memberId, caller]);
  const owns = (id: string) => held.get(id)?.some(({ role }) => role === 'owner') === true;
  return owns(memberId) && !owns(caller);
}
