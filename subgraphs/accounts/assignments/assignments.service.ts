import { isCaller, type Context } from '../context.ts';
import { groupsById } from '../groups/groups.queries.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { assignmentsOf } from './assignments.queries.ts';
import type { RoleAssignmentRow } from './assignments.table.ts';
import { assignmentsOfGroups } from './subjects.queries.ts';

/** Members see what they hold themselves whatever it is. */
export async function memberAssignments(ctx: Context, memberId: string): Promise<RoleAssignmentRow[]> {
  if (!isCaller(ctx, memberId)) ctx.require('roles.read');
  return (await ctx.load(assignmentsOf, memberId)) ?? [];
}

export async function groupAssignments(ctx: Context, groupId: string): Promise<RoleAssignmentRow[]> {
  ctx.require('roles.read');
  return (await ctx.load(assignmentsOfGroups, groupId))?.map(({ assignment }) => assignment) ?? [];
}

/** Names of the roles a group holds now. */
export async function groupRoles(ctx: Context, groupId: string): Promise<string[]> {
  ctx.require('roles.read');
  return (await ctx.load(assignmentsOfGroups, groupId))?.map(({ name }) => name) ?? [];
}

/** Who sees an assignment sees which role it is about. */
export const roleOf = (ctx: Context, { role }: RoleAssignmentRow) => ctx.load(rolesById, role);

/** Who sees an assignment sees by which group it is held. */
export const groupOf = async (ctx: Context, { subjectKind, subjectId }: RoleAssignmentRow) =>
  subjectKind === 'group' ? ctx.load(groupsById, subjectId) : undefined;
