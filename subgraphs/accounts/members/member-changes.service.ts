import { assignmentsOfSubject, unassignSubject } from '../assignments/subjects.queries.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { tenantChanged } from '../tenants/tenants.service.ts';
import { managedMember } from './managed-member.service.ts';
import type { MemberRow } from './members.table.ts';
import { leavesNoOwner } from './owners.service.ts';
import { areSeatsTaken, seatsOf } from './seats.service.ts';
import { endSessions } from '../sessions/administration.queries.ts';
import { leaveGroups, markRemoved, revokeKeysOf, saveActive } from './removal.queries.ts';

type Refusal = 'member-unknown' | 'last-owner';

const about = (ctx: Context, id: string) => ({
  actor: callerParty(ctx),
  targets: [{ kind: 'member', id } as const],
});

/** Who was removed is kept, because what they did still names them, and holds nothing: no role, session or key. */
export async function removeMember(ctx: Context, id: string): Promise<'removed' | Refusal> {
  ctx.require('members.manage');
  return ctx.transaction(async (transaction) => {
    const row = await managedMember(ctx, transaction, id);
    if (row === undefined) return 'member-unknown';
    if (await leavesNoOwner(transaction, [id])) return 'last-owner';
    const subject = { kind: 'member', id } as const;
    const roles = (await assignmentsOfSubject(transaction, subject)).map(({ role }) => role);
    await unassignSubject(transaction, subject);
    const groups = await leaveGroups(transaction, id);
    const apiKeys = await revokeKeysOf(transaction, id);
    const sessions = (await endSessions(transaction, { memberId: id })).length;
    await markRemoved(transaction, id);
    const before = { active: row.active, roles, groups };
    const after = { revokedKeys: apiKeys, endedSessions: sessions };
    await audit(ctx, transaction, { action: 'member.removed', ...about(ctx, id), before, after });
    await tenantChanged(transaction, { members: [id], apiKeys });
    return 'removed';
  });
}

/** A disabled member keeps roles and keys, none of which do anything until they are enabled again. */
export async function setMemberActive(
  ctx: Context,
  id: string,
  active: boolean,
): Promise<MemberRow | Refusal | 'seats-full'> {
  ctx.require('members.manage');
  const seats = await seatsOf(ctx, ctx.tenantId);
  return ctx.transaction(async (transaction) => {
    const row = await managedMember(ctx, transaction, id);
    if (row === undefined) return 'member-unknown';
    if (row.active === active) return row;
    if (active && (await areSeatsTaken(transaction, seats))) return 'seats-full';
    if (!active && (await leavesNoOwner(transaction, [id]))) return 'last-owner';
    await saveActive(transaction, id, active);
    const after = active
      ? { active }
      : { active, endedSessions: (await endSessions(transaction, { memberId: id })).length };
    const action = active ? 'member.enabled' : 'member.disabled';
    await audit(ctx, transaction, { action, ...about(ctx, id), before: { active: row.active }, after });
    await tenantChanged(transaction, { members: [id] });
    return { ...row, active };
  });
}
