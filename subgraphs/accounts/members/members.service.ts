import { ruleFields, type TenantRow } from '@chorus/shared/ability.ts';
import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import { assignmentsOf } from '../assignments/assignments.queries.ts';
import { isCaller, type Context } from '../context.ts';
import { countMembers, listMembers, membersById, type MemberPosition } from './members.queries.ts';
import type { MemberConnectionRow, MemberFilter, MemberRow } from './members.table.ts';

/** The members the caller may see, all or those of a group. */
export async function tenantMembers(
  ctx: Context,
  args: PageArguments,
  filter: MemberFilter,
): Promise<MemberConnectionRow> {
  ctx.require('members.read');
  const { groupId } = filter;
  if (groupId !== undefined) {
    ctx.require('roles.read');
    if (!isId(groupId)) throw new AppError('BAD_USER_INPUT', 'group is not an id.');
  }
  const asked = page(args, ctx.tenantId, ['members', groupId]);
  const after = asked.after === undefined ? undefined : position(asked.after);
  const rows = await listMembers(ctx, filter, { limit: asked.first + 1, after });
  return { ...connection(rows, asked, ({ id, name }) => `${id} ${name}`), filter };
}

export function memberCount(ctx: Context, filter: MemberFilter) {
  ctx.require('members.read');
  return countMembers(ctx, filter);
}

/** Members see themselves whatever their roles; another tenant's member reads like one that does not exist. */
export async function memberReference(ctx: Context, id: string): Promise<MemberRow | undefined> {
  if (isCaller(ctx, id)) return ctx.load(membersById, id);
  ctx.require('members.read');
  const row = isId(id) ? await ctx.load(membersById, id) : undefined;
  if (row !== undefined) ctx.requireRow('members.read', await judged(ctx, row));
  return row;
}

/** Members see their own address whatever their roles. */
export async function emailOf(ctx: Context, row: MemberRow): Promise<string> {
  if (!isCaller(ctx, row.id)) ctx.requireField('members.read', await judged(ctx, row), 'email');
  return row.email;
}

/** A member as rules judge it, with its roles if one of them asks. */
async function judged(ctx: Context, row: MemberRow): Promise<TenantRow> {
  const asksRoles = ruleFields(ctx.ability, 'members.read').includes('roles');
  return { ...row, roles: asksRoles ? await rolesOf(ctx, row.id) : [] };
}

/** Names of the roles held now, by however many ways each. */
export async function rolesOf(ctx: Context, memberId: string): Promise<string[]> {
  const held = await ctx.load(assignmentsOf, memberId);
  return [...new Set(held?.map(({ name }) => name))];
}

/** Cursors are not signed, so what they say is checked before a database sees it. */
function position(text: string): MemberPosition {
  const [id, name] = [text.slice(0, 36), text.slice(37)];
  if (isId(id) && !name.includes('\0')) return { id, name };
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}
