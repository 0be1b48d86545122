import type { Transaction } from '@chorus/db/context.ts';
import { isId } from '@chorus/shared/id.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { groupsById, membersOfGroup } from '../groups/groups.queries.ts';
import { presentMembers } from '../members/members.queries.ts';
import { leavesNoOwner } from '../members/owners.service.ts';
import { requireRulesFit } from '../records/records.service.ts';
import {
  allowsIn,
  denies,
  requireHeld,
  requireOverMembers,
  requireOverRoles,
} from '../roles/authority.service.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { saveAssignments } from './assignments.queries.ts';
import type { RoleAssignmentRow } from './assignments.table.ts';
import { assignmentsOfSubject, hasApiKey, unassignSubject, type RoleSubject } from './subjects.queries.ts';

const MAX_ROLES = 100;

export interface WantedRole {
  role: string;
  expiresAt: Date | null;
}

type Outcome = RoleAssignmentRow[] | 'subject-unknown' | 'role-unknown' | 'last-owner' | { invalid: string };

/** Sets what a subject holds directly; what it held already keeps who assigned it and since when. */
export async function assignRoles(
  ctx: Context,
  subject: RoleSubject,
  wanted: readonly WantedRole[],
): Promise<Outcome> {
  ctx.require('roles.manage');
  const invalid = whyInvalid(wanted);
  if (invalid !== undefined) return { invalid };
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    if (!(await exists(transaction, subject))) return 'subject-unknown';
    const refusal = await requireMayAssign(ctx, transaction, subject, wanted);
    if (refusal !== undefined) return refusal;
    const before = await assignmentsOfSubject(transaction, subject);
    await unassignSubject(
      transaction,
      subject,
      wanted.map(({ role }) => role),
    );
    const assigned = { subjectKind: subject.kind, subjectId: subject.id, source: 'manual' } as const;
    const assignedBy = ctx.identity.subject;
    await saveAssignments(
      transaction,
      wanted.map((one) => ({ ...one, ...assigned, assignedBy })),
    );
    const after = await assignmentsOfSubject(transaction, subject);
    if (isSame(before, after)) return after;
    await tellChange(ctx, transaction, subject, { before, after });
    return after;
  });
}

function whyInvalid(wanted: readonly WantedRole[]): string | undefined {
  if (wanted.length > MAX_ROLES) return `Somebody holds at most ${MAX_ROLES} roles.`;
  if (new Set(wanted.map(({ role }) => role)).size < wanted.length) return 'A role is held once.';
  const past = wanted.some(({ expiresAt }) => expiresAt !== null && expiresAt.getTime() <= Date.now());
  return past ? 'A role ends in the future.' : undefined;
}

/** Members that were removed and keys that were revoked hold nothing any more. */
async function exists(transaction: Transaction, { kind, id }: RoleSubject): Promise<boolean> {
  if (kind === 'key') return hasApiKey(transaction, id);
  if (!isId(id)) return false;
  return kind === 'group'
    ? (await groupsById(transaction, [id])).has(id)
    : (await presentMembers(transaction, [id])).length > 0;
}

async function requireMayAssign(
  ctx: Context,
  transaction: Transaction,
  subject: RoleSubject,
  wanted: readonly WantedRole[],
): Promise<'role-unknown' | 'last-owner' | undefined> {
  const held = await assignmentsOfSubject(transaction, subject);
  const roles = await rolesById(
    transaction,
    [...wanted, ...held].map(({ role }) => role),
  );
  const given = wanted.flatMap(({ role }) => roles.get(role) ?? []);
  if (given.length < wanted.length) return 'role-unknown';
  requireOverRoles(
    ctx,
    held.flatMap(({ role }) => roles.get(role) ?? []),
  );
  requireHeld(ctx, allowsIn(given));
  if (subject.kind === 'member') {
    await requireOverMembers(ctx, transaction, [subject.id]);
    const owns = wanted.some(({ role, expiresAt }) => role === 'owner' && expiresAt === null);
    if (!owns && (await leavesNoOwner(transaction, [subject.id]))) return 'last-owner';
  } else if (subject.kind === 'group' && given.some(denies)) {
    await requireOverMembers(ctx, transaction, await membersOfGroup(transaction, subject.id));
  }
  return undefined;
}

const shown = (assignments: readonly RoleAssignmentRow[]) => ({
  roles: assignments.map(({ role, expiresAt }) => ({ role, expiresAt })),
});

const isSame = (one: readonly RoleAssignmentRow[], other: readonly RoleAssignmentRow[]): boolean =>
  JSON.stringify(shown(one)) === JSON.stringify(shown(other));

/** Whose record tells of it: groups stand in the tenant's own. */
async function tellChange(
  ctx: Context,
  transaction: Transaction,
  { kind, id }: RoleSubject,
  { before, after }: { before: RoleAssignmentRow[]; after: RoleAssignmentRow[] },
): Promise<void> {
  if (kind !== 'key')
    await requireRulesFit(transaction, kind === 'member' ? [id] : await membersOfGroup(transaction, id));
  await audit(ctx, transaction, {
    action: 'roles.assigned',
    actor: callerParty(ctx),
    targets: [{ kind, id }],
    before: shown(before),
    after: shown(after),
  });
  await tenantChanged(transaction, {
    ...(kind === 'member' && { members: [id] }),
    ...(kind === 'key' && { apiKeys: [id] }),
  });
}
