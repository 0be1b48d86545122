import type { Transaction } from '@chorus/db/context.ts';
import { assignmentsOfRole, holderIds, reassign, unassignRole } from '../assignments/holders.queries.ts';
import type { RoleAssignmentRow } from '../assignments/assignments.table.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { replaceRoleInInvitations } from '../invitations/invitations.queries.ts';
import { leavesNoOwner } from '../members/owners.service.ts';
import { requireRulesFit } from '../records/records.service.ts';
import { replaceRoleInPolicy } from '../security-policy/security-policy.service.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { allowsIn, denies, requireHeld, requireOverMembers, requireOverRoles } from './authority.service.ts';
import { holderCounts, removeRole, rolesById } from './roles.queries.ts';
import type { RoleRow } from './roles.table.ts';
import { SYSTEM_ROLE_ROWS } from './system-roles.ts';

type Outcome =
  | 'deleted'
  | 'locked'
  | 'role-unknown'
  | 'last-owner'
  | { holderCount: number }
  | { invalid: string };

/**
 * A role in use goes only when it is said what its holders get instead; they get it in the same transaction, and so
 * does whoever is invited to it.
 */
export function deleteRole(ctx: Context, id: string, reassignTo: string | undefined): Promise<Outcome> {
  ctx.require('roles.manage');
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    if (SYSTEM_ROLE_ROWS.has(id)) return 'locked';
    const roles = await rolesById(transaction, [id, ...(reassignTo === undefined ? [] : [reassignTo])]);
    const [before, instead] = [roles.get(id), reassignTo === undefined ? undefined : roles.get(reassignTo)];
    if (before === undefined || (reassignTo !== undefined && instead === undefined)) return 'role-unknown';
    if (reassignTo === id) return { invalid: 'A role cannot take its own place.' };
    requireOverRoles(ctx, [before]);
    if (instead !== undefined) requireHeld(ctx, allowsIn([instead]));
    const assigned = await assignmentsOfRole(transaction, id);
    if (assigned.length > 0) {
      if (instead === undefined) return { holderCount: (await holderCounts(transaction, [id])).get(id) ?? 0 };
      const refusal = await moveHolders(ctx, transaction, { before, instead, assigned });
      if (refusal !== undefined) return refusal;
    }
    await unassignRole(transaction, id);
    await replaceRoleInPolicy(ctx, transaction, id, instead?.id);
    const invitations = await replaceRoleInInvitations(transaction, id, instead?.id ?? null);
    await removeRole(transaction, id);
    const about = { actor: callerParty(ctx), targets: [{ kind: 'role', id } as const] };
    const after = { reassignedTo: instead?.id ?? null, assignments: assigned.length, invitations };
    await audit(ctx, transaction, { action: 'role.deleted', ...about, before, after });
    await tenantChanged(transaction, {
      members: subjectsOf(assigned, 'member'),
      apiKeys: subjectsOf(assigned, 'key'),
    });
    return 'deleted';
  });
}

const subjectsOf = (assigned: readonly RoleAssignmentRow[], kind: 'member' | 'key'): string[] =>
  assigned.filter(({ subjectKind }) => subjectKind === kind).map(({ subjectId }) => subjectId);

interface Move {
  before: RoleRow;
  instead: RoleRow;
  assigned: readonly RoleAssignmentRow[];
}

async function moveHolders(
  ctx: Context,
  transaction: Transaction,
  { before, instead, assigned }: Move,
): Promise<'last-owner' | undefined> {
  const members = await holderIds(transaction, before.id);
  if (denies(instead)) await requireOverMembers(ctx, transaction, members);
  const ending = subjectsOf(
    assigned.filter(({ expiresAt }) => expiresAt !== null),
    'member',
  );
  if (instead.id === 'owner' && (await leavesNoOwner(transaction, ending))) return 'last-owner';
  await reassign(transaction, { from: before.id, to: instead.id, by: ctx.identity.subject });
  await unassignRole(transaction, before.id);
  await requireRulesFit(transaction, members);
  return undefined;
}
