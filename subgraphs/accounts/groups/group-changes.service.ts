import type { Transaction } from '@chorus/db/context.ts';
import { isId, newId } from '@chorus/shared/id.ts';
import { assignmentsOfSubject, unassignSubject } from '../assignments/subjects.queries.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { presentMembers } from '../members/members.queries.ts';
import { checkedName } from '../names.ts';
import { requireRulesFit } from '../records/records.service.ts';
import { requireOverMembers, requireOverRoles } from '../roles/authority.service.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import {
  addToGroup,
  groupNames,
  groupsById,
  insertGroup,
  MAX_GROUPS,
  membersOfGroup,
  removeGroup,
  saveGroupName,
  takeFromGroup,
} from './groups.queries.ts';
import type { GroupRow } from './groups.table.ts';

const MAX_MEMBERS = 1_000;

type Refusal = 'name-taken' | 'group-unknown' | { invalid: string };

const about = (ctx: Context, id: string) => ({
  actor: callerParty(ctx),
  targets: [{ kind: 'group', id } as const],
});

export async function createGroup(
  ctx: Context,
  input: string,
): Promise<GroupRow | 'name-taken' | 'limit-reached' | { invalid: string }> {
  ctx.require('roles.manage');
  const name = checkedName(input);
  if (typeof name !== 'string') return name;
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const { total, taken } = await groupNames(transaction, name);
    if (taken) return 'name-taken';
    if (total >= MAX_GROUPS) return 'limit-reached';
    const group = await insertGroup(transaction, { id: newId(), name });
    await audit(ctx, transaction, { action: 'group.created', ...about(ctx, group.id), after: { name } });
    await tenantChanged(transaction);
    return group;
  });
}

/** Changes nobody's rights, so no record tells of it. */
export async function renameGroup(ctx: Context, id: string, input: string): Promise<GroupRow | Refusal> {
  ctx.require('roles.manage');
  const name = checkedName(input);
  if (typeof name !== 'string') return name;
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const before = await groupIn(transaction, id);
    if (before === undefined) return 'group-unknown';
    if ((await groupNames(transaction, name, id)).taken) return 'name-taken';
    const after = { ...before, name };
    await saveGroupName(transaction, after);
    const [was, is] = [{ name: before.name }, { name }];
    await audit(ctx, transaction, { action: 'group.renamed', ...about(ctx, id), before: was, after: is });
    return after;
  });
}

export async function setGroupMembers(
  ctx: Context,
  id: string,
  memberIds: readonly string[],
): Promise<GroupRow | 'group-unknown' | 'member-unknown' | { invalid: string }> {
  ctx.require('roles.manage');
  const wanted = new Set(memberIds);
  if (wanted.size > MAX_MEMBERS) return { invalid: `A group has at most ${MAX_MEMBERS} members.` };
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const group = await groupIn(transaction, id);
    if (group === undefined) return 'group-unknown';
    const before = await membersOfGroup(transaction, id);
    const added = [...wanted].filter((memberId) => !before.includes(memberId));
    const removed = before.filter((memberId) => !wanted.has(memberId));
    if ((await presentMembers(transaction, added)).length < added.length) return 'member-unknown';
    const changed = [...added, ...removed];
    if (changed.length === 0) return group;
    requireOverRoles(ctx, await rolesOfGroup(transaction, id));
    await requireOverMembers(ctx, transaction, changed);
    await takeFromGroup(transaction, id, removed);
    await addToGroup(transaction, id, added);
    await requireRulesFit(transaction, added);
    const [was, is] = [{ members: before }, { members: [...wanted] }];
    await audit(ctx, transaction, { action: 'group.members-set', ...about(ctx, id), before: was, after: is });
    await tenantChanged(transaction, { members: changed });
    return group;
  });
}

/** Its members no longer hold what it held. */
export async function deleteGroup(ctx: Context, id: string): Promise<'deleted' | 'group-unknown'> {
  ctx.require('roles.manage');
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const group = await groupIn(transaction, id);
    if (group === undefined) return 'group-unknown';
    const roles = await rolesOfGroup(transaction, id);
    requireOverRoles(ctx, roles);
    const members = await membersOfGroup(transaction, id);
    await unassignSubject(transaction, { kind: 'group', id });
    await removeGroup(transaction, id);
    const before = { name: group.name, members, roles: roles.map((role) => role.id) };
    await audit(ctx, transaction, { action: 'group.deleted', ...about(ctx, id), before });
    await tenantChanged(transaction, { members });
    return 'deleted';
  });
}

const groupIn = async (transaction: Transaction, id: string): Promise<GroupRow | undefined> =>
  isId(id) ? (await groupsById(transaction, [id])).get(id) : undefined;

async function rolesOfGroup(transaction: Transaction, id: string) {
  const held = await assignmentsOfSubject(transaction, { kind: 'group', id });
  return [
    ...(
      await rolesById(
        transaction,
        held.map(({ role }) => role),
      )
    ).values(),
  ];
}
