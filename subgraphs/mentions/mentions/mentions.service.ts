import { connection, page, type Page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { unlessDeadlocked } from '../ingest/deadlock.ts';
import { WITH_MENTIONS } from '../outdated.ts';
import { checkedUpdate } from './mention-update.ts';
import {
  assignedMentions,
  COUNT_LIMIT,
  countMentions,
  listMentions,
  mentionsById,
} from './mentions.queries.ts';
import type { MentionConnectionRow, MentionFilter, MentionRow } from './mentions.table.ts';
import { changeMentions } from './update.queries.ts';

/** The feed of the caller's tenant. */
export async function tenantMentions(
  ctx: Context,
  args: PageArguments,
  filter: MentionFilter,
): Promise<MentionConnectionRow> {
  ctx.require('mentions.read');
  if (filter.trackerId !== undefined && !isId(filter.trackerId)) {
    throw new AppError('BAD_USER_INPUT', 'trackerId is not an id.');
  }
  const wanted = mentionPage(args, ctx.tenantId, filter);
  const rows = await listMentions(ctx, filter, { limit: wanted.first + 1, after: wanted.after });
  return mentionConnection(rows, wanted, filter);
}

/** Any number of members in one request cost one statement. */
export async function mentionsAssignedTo(
  ctx: Context,
  memberId: string,
  args: PageArguments,
): Promise<MentionConnectionRow | null> {
  ctx.require('mentions.read');
  if (!isId(memberId)) return null;
  const filter = { assigneeId: memberId };
  const wanted = mentionPage(args, ctx.tenantId, filter);
  const rows = await ctx.load(
    assignedMentions,
    `${memberId} ${wanted.first + 1} ${wanted.after ?? ''}` as const,
  );
  return mentionConnection(rows ?? [], wanted, filter);
}

function mentionPage(args: PageArguments, tenantId: string, filter: MentionFilter): Page {
  const wanted = page(args, tenantId, ['mentions', filter]);
  if (wanted.after === undefined || isId(wanted.after)) return wanted;
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}

const mentionConnection = (
  rows: MentionRow[],
  wanted: Page,
  filter: MentionFilter,
): MentionConnectionRow => ({
  ...connection(rows, wanted, ({ id }) => id),
  filter,
});

/** Null when there are more than anybody would count. */
export async function totalMentions(ctx: Context, filter: MentionFilter): Promise<number | null> {
  ctx.require('mentions.read');
  const total = await countMentions(ctx, filter);
  return total > COUNT_LIMIT ? null : total;
}

/** Undefined for mentions of other tenants and mentions that do not exist alike. */
export async function mentionById(ctx: Context, id: string): Promise<MentionRow | undefined> {
  ctx.require('mentions.read');
  return isId(id) ? ctx.load(mentionsById, id) : undefined;
}

/** What rules can hide of a mention. */
export type HideableField = 'text' | 'authorHandle' | 'authorName' | 'url';

/** A field of a mention, for callers it is not hidden from. */
export function mentionField<Field extends HideableField>(
  ctx: Context,
  row: MentionRow,
  field: Field,
): MentionRow[Field] {
  ctx.requireField('mentions.read', row, field);
  return row[field];
}

/** Tags, assigns and triages what the caller may manage; all other ids change nothing and are not answered. */
export async function updateMentions(
  ctx: Context,
  input: Parameters<typeof checkedUpdate>[0],
): Promise<MentionRow[] | 'assignee-unknown' | { invalid: string }> {
  ctx.require('mentions.manage');
  const update = checkedUpdate(input);
  if ('invalid' in update) return update;
  const { ids, assigneeId } = update;
  if (typeof assigneeId === 'string' && !(await isAssignable(ctx, assigneeId))) return 'assignee-unknown';
  return unlessDeadlocked(() =>
    ctx.transaction(async (transaction) => {
      const changed = await changeMentions(transaction, update);
      if (changed.size > 0) await transaction.outdate(WITH_MENTIONS);
      const readable = await mentionsById(transaction, [...changed]);
      return ids.flatMap((id) => readable.get(id) ?? []);
    }),
  );
}

const isAssignable = async (ctx: Context, memberId: string): Promise<boolean> =>
  isId(memberId) && (await ctx.services.isMember(ctx.tenantId, memberId));
