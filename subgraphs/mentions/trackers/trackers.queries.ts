import { and, asc, count, eq, getTableColumns, sql, type SQL } from 'drizzle-orm';
import { callerRows } from '@chorus/db/conditions.ts';
import type { CallerScope, Scope } from '../context.ts';
import { countChange, type CountChange, type CountRow } from '../ingest/counts.ts';
import { mention, mentionTracker } from '../mentions/mentions.table.ts';
import { post, postTerm } from '../posts/posts.table.ts';
import type { NewTracker } from './tracker-input.ts';
import { tracker, type TrackerRow } from './trackers.table.ts';

export const MAX_TRACKERS = 500;
const BACKFILL_LIMIT = 100_000;

const trackerColumns = getTableColumns(tracker);

const readable = (scope: CallerScope): SQL | undefined => callerRows(scope, 'trackers.read', trackerColumns);

/** That a tracker is not hidden from the caller; undefined for callers from whom none is. */
export function readableTracker(scope: CallerScope, id: string): SQL | undefined {
  const rows = readable(scope);
  const itself = and(eq(tracker.tenantId, scope.tenantId), eq(tracker.id, id), rows);
  return rows && sql`exists (select from ${tracker} where ${itself})`;
}

export const listTrackers = (scope: CallerScope): Promise<TrackerRow[]> =>
  scope.db
    .select()
    .from(tracker)
    .where(and(eq(tracker.tenantId, scope.tenantId), readable(scope)))
    .orderBy(asc(sql`lower(${tracker.name})`), asc(tracker.id))
    .limit(MAX_TRACKERS);

/** Trackers that are not the tenant's, or not for the caller to see, are missing. */
export async function trackersById(scope: CallerScope, ids: readonly string[]) {
  const rows = await scope.db
    .select()
    .from(tracker)
    .where(
      and(
        eq(tracker.tenantId, scope.tenantId),
        sql`${tracker.id} = any(${sql.param(ids)}::uuid[])`,
        readable(scope),
      ),
    );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which trackers matched each mention, as far as the caller may see them, by name. */
export async function trackersByMention(scope: CallerScope, mentionIds: readonly string[]) {
  const rows = await scope.db
    .select({ mentionId: mentionTracker.mentionId, tracker })
    .from(mentionTracker)
    .innerJoin(
      tracker,
      and(eq(tracker.tenantId, mentionTracker.tenantId), eq(tracker.id, mentionTracker.trackerId)),
    )
    .where(
      and(
        eq(mentionTracker.tenantId, scope.tenantId),
        sql`${mentionTracker.mentionId} = any(${sql.param(mentionIds)}::uuid[])`,
        readable(scope),
      ),
    )
    .orderBy(asc(sql`lower(${tracker.name})`));
  return Map.groupBy(rows, (row) => row.mentionId);
}

export async function countTrackers({ db, tenantId }: Scope): Promise<number> {
  const [row] = await db.select({ total: count() }).from(tracker).where(eq(tracker.tenantId, tenantId));
  return row?.total ?? 0;
}

/** Undefined when the tenant already has a tracker of that name or id. */
export async function insertTracker({ db, tenantId }: Scope, row: NewTracker & { id: string }) {
  const [inserted] = await db
    .insert(tracker)
    .values({ ...row, tenantId })
    .onConflictDoNothing()
    .returning();
  return inserted;
}

/** Makes mentions of the posts stored before the tracker, newest first, and answers how many on which day. */
export async function backfillTracker(
  { db, tenantId }: Scope,
  { id, handles, hashtags }: TrackerRow,
): Promise<CountChange[]> {
  const terms = [...handles.map((handle) => `@${handle}`), ...hashtags.map((hashtag) => `#${hashtag}`)];
  const rows = await db.execute<CountRow>(sql`
    with matched as (
      select distinct post_id from ${postTerm}
      where tenant_id = ${tenantId} and term = any(${sql.param(terms)}::text[])
      order by post_id desc limit ${BACKFILL_LIMIT}
    ), new_mention as (
      insert into ${mention} (tenant_id, id) select ${tenantId}::uuid, post_id from matched on conflict do nothing
    ), new_link as (
      insert into ${mentionTracker} (tenant_id, tracker_id, mention_id)
      select ${tenantId}::uuid, ${id}::uuid, post_id from matched
    )
    select ${id} as tracker_id, (published_at at time zone 'UTC')::date::text as day, count(*) as count
    from matched join ${post} on post.tenant_id = ${tenantId} and post.id = matched.post_id
    group by day`);
  return rows.map(countChange);
}

/** False when the tenant has no such tracker, or none for the caller to manage. */
export async function removeTracker(scope: CallerScope, id: string): Promise<boolean> {
  const removed = await scope.db
    .delete(tracker)
    .where(
      and(
        eq(tracker.tenantId, scope.tenantId),
        eq(tracker.id, id),
        callerRows(scope, 'trackers.manage', trackerColumns),
      ),
    )
    .returning({ id: tracker.id });
  return removed.length > 0;
}

/** Unlinks all a tracker matched, drops what only it matched, and answers what that takes from the counts. */
export async function unlinkTracker({ db, tenantId }: Scope, id: string): Promise<CountChange[]> {
  const rows = await db.execute<CountRow>(sql`
    with gone_link as (
      delete from ${mentionTracker} where tenant_id = ${tenantId} and tracker_id = ${id} returning mention_id
    ), gone_mention as (
      delete from ${mention} using gone_link
      where tenant_id = ${tenantId} and mention.id = gone_link.mention_id and not exists (
        select 1 from ${mentionTracker} as other
        where other.tenant_id = ${tenantId} and other.mention_id = mention.id and other.tracker_id <> ${id})
    )
    select ${id} as tracker_id, (published_at at time zone 'UTC')::date::text as day, -count(*) as count
    from gone_link join ${post} on post.tenant_id = ${tenantId} and post.id = gone_link.mention_id
    group by day`);
  return rows.map(countChange);
}
