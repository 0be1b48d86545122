import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { membersById } from './members.queries.ts';
import type { MemberRow } from './members.table.ts';

/**
 * The member who calls, for what only people do about themselves.
 * @throws AppError UNAUTHENTICATED for nobody, FORBIDDEN for keys
 */
export async function callingMember(ctx: Context): Promise<MemberRow> {
  const { kind, subject } = ctx.identity;
  if (kind === 'anonymous' || subject === null) throw new AppError('UNAUTHENTICATED');
  if (kind === 'key') throw new AppError('FORBIDDEN');
  const member = await ctx.load(membersById, subject);
  if (member?.active !== true) throw new AppError('UNAUTHENTICATED');
  return member;
}
