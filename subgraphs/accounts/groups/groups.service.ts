import { isId } from '@chorus/shared/id.ts';
import { isCaller, type Context } from '../context.ts';
import { groupsById, groupsByMember, listGroups, memberCounts } from './groups.queries.ts';
import type { GroupRow } from './groups.table.ts';

export function tenantGroups(ctx: Context): Promise<GroupRow[]> {
  ctx.require('roles.read');
  return listGroups(ctx);
}

/** Undefined for groups of other tenants and groups that do not exist alike. */
export async function groupById(ctx: Context, id: string): Promise<GroupRow | undefined> {
  ctx.require('roles.read');
  return isId(id) ? ctx.load(groupsById, id) : undefined;
}

/** Members see the names of their own groups whatever their roles. */
export async function groupsOf(ctx: Context, memberId: string): Promise<GroupRow[]> {
  if (!isCaller(ctx, memberId)) ctx.require('roles.read');
  const found = await ctx.load(groupsByMember, memberId);
  return found?.map(({ group }) => group) ?? [];
}

/** Any number of groups in one request cost one statement. */
export async function memberCountOf(ctx: Context, groupId: string): Promise<number> {
  ctx.require('roles.read');
  return (await ctx.load(memberCounts, groupId)) ?? 0;
}
