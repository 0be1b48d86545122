import type { Transaction } from '@chorus/db/context.ts';
import { isId, newId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { tellCounts } from '../ingest/changes.ts';
import { lockPosts } from '../ingest/ingest.queries.ts';
import { WITH_TRACKERS } from '../outdated.ts';
import { checkedTracker, type NewTracker } from './tracker-input.ts';
import {
  backfillTracker,
  countTrackers,
  insertTracker,
  listTrackers,
  MAX_TRACKERS,
  removeTracker,
  trackersById,
  trackersByMention,
  unlinkTracker,
} from './trackers.queries.ts';
import type { TrackerRow } from './trackers.table.ts';

export function tenantTrackers(ctx: Context): Promise<TrackerRow[]> {
  ctx.require('trackers.read');
  return listTrackers(ctx);
}

/** Undefined for trackers of other tenants, those the caller may not see, and those that do not exist alike. */
export async function trackerById(ctx: Context, id: string): Promise<TrackerRow | undefined> {
  ctx.require('trackers.read');
  return isId(id) ? ctx.load(trackersById, id) : undefined;
}

/** By which trackers a mention came, as far as the caller may see trackers. */
export async function trackersOf(ctx: Context, mentionId: string): Promise<TrackerRow[]> {
  ctx.require('mentions.read');
  const links = await ctx.load(trackersByMention, mentionId);
  return links?.map(({ tracker }) => tracker) ?? [];
}

/** Listens from now on and finds what was stored before, with nothing lost or doubled in between. */
export async function createTracker(
  ctx: Context,
  input: Parameters<typeof checkedTracker>[0],
): Promise<TrackerRow | 'name-taken' | 'limit-reached' | { invalid: string }> {
  ctx.require('trackers.manage');
  const checked = checkedTracker(input);
  if ('invalid' in checked) return checked;
  const row = { ...checked, id: newId() };
  ctx.requireRow('trackers.manage', { ...row, tenantId: ctx.tenantId, createdAt: new Date() });
  return ctx.transaction((transaction) => startTracking(transaction, row));
}

/** The same for code without a request, such as the demo. */
export async function startTracking(
  transaction: Transaction,
  row: NewTracker & { id: string },
): Promise<TrackerRow | 'name-taken' | 'limit-reached'> {
  await lockPosts(transaction, 'exclusive');
  if ((await countTrackers(transaction)) >= MAX_TRACKERS) return 'limit-reached';
  const tracker = await insertTracker(transaction, row);
  if (tracker === undefined) return 'name-taken';
  await tellCounts(transaction, await backfillTracker(transaction, tracker));
  await transaction.outdate(WITH_TRACKERS);
  return tracker;
}

/** False when the tenant has no such tracker, or none for the caller to manage. */
export async function deleteTracker(ctx: Context, id: string): Promise<boolean> {
  ctx.require('trackers.manage');
  if (!isId(id)) return false;
  return ctx.transaction(async (transaction) => {
    await lockPosts(transaction, 'exclusive');
    if (!(await removeTracker(transaction, id))) return false;
    await tellCounts(transaction, await unlinkTracker(transaction, id));
    await transaction.outdate(WITH_TRACKERS);
    return true;
  });
}
