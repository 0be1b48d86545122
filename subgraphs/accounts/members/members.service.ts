import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import { assignmentsOf } from '../assignments/assignments.queries.ts';
import type { Context } from '../context.ts';
import { countMembers, listMembers, membersById, type MemberPosition } from './members.queries.ts';

export async function tenantMembers(ctx: Context, args: PageArguments) {
  ctx.require('members.read');
  const asked = page(args, ctx.tenantId, 'members');
  const after = asked.after === undefined ? undefined : position(asked.after);
  const rows = await listMembers(ctx, { limit: asked.first + 1, after });
  return connection(rows, asked, ({ id, name }) => `${id} ${name}`);
}

export function memberCount(ctx: Context) {
  ctx.require('members.read');
  return countMembers(ctx);
}

/** Members see themselves whatever their roles; another tenant's member reads like one that does not exist. */
export async function memberReference(ctx: Context, id: string) {
  if (ctx.identity.kind !== 'member' || id !== ctx.identity.subject) ctx.require('members.read');
  return isId(id) ? ctx.load(membersById, id) : undefined;
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
