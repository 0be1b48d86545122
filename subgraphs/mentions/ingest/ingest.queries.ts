import { sql, type SQL } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { mention, mentionTracker } from '../mentions/mentions.table.ts';
import { page } from '../pages/pages.table.ts';
import { post, postTerm } from '../posts/posts.table.ts';
import { tracker } from '../trackers/trackers.table.ts';
import { countChange, type CountChange, type CountRow } from './counts.ts';
import type { PageRecord, PostRecord } from './records.ts';

/**
 * Ingest of one tenant runs side by side (`shared`), but never beside a change of its trackers or the withdrawal of a
 * post (`exclusive`), which must see every post or none of it. A statement of its own, because the next one's snapshot
 * must come after the wait.
 */
export async function lockPosts({ db, tenantId }: Scope, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`hashtextextended(${tenantId}, 4002)`;
  await db.execute(
    mode === 'shared'
      ? sql`select pg_advisory_xact_lock_shared(${key})`
      : sql`select pg_advisory_xact_lock(${key})`,
  );
}

const json = (rows: readonly unknown[]): SQL => sql`${JSON.stringify(rows)}::text::json`;

const postColumns =
  sql.raw(`id uuid, source text, external_id text, author_handle text, author_name text, text text,
  lang text, url text, reply_to text, handles text[], hashtags text[], published_at timestamptz, rev text`);

/** Where a post is a mention: one row per tracker and post, for posts called `stored`. */
const matched = (tenantId: string): SQL => sql`
  term as (
    select distinct stored.id, stored.published_at, word.term
    from stored cross join lateral (
      select '@' || unnest(stored.handles) union all select '#' || unnest(stored.hashtags)) as word (term)
  ), listening as (
    select id, '@' || unnest(handles) as term from ${tracker} where tenant_id = ${tenantId}
    union all select id, '#' || unnest(hashtags) from ${tracker} where tenant_id = ${tenantId}
  ), matched as (
    select distinct listening.id as tracker_id, term.id, term.published_at from term join listening using (term)
  ), counts as (
    select tracker_id, (published_at at time zone 'UTC')::date as day, count(*) as count from matched group by 1, 2
  )`;

/** Everything that hangs on posts called `stored`: terms, mentions, which tracker matched, and pages. */
const attached = (tenantId: string, pages: readonly PageRecord[]): SQL => sql`
  ${matched(tenantId)}, new_term as (
    insert into ${postTerm} (tenant_id, term, post_id) select ${tenantId}::uuid, term, id from term order by term, id
  ), new_mention as (
    insert into ${mention} (tenant_id, id) select distinct ${tenantId}::uuid, id from matched order by id
    on conflict do nothing
  ), new_link as (
    insert into ${mentionTracker} (tenant_id, tracker_id, mention_id)
    select ${tenantId}::uuid, tracker_id, id from matched order by tracker_id, id
  ), seen as (
    select source, author_handle as handle, 0 as mentions, author_name as name from stored
    union all select source, handle, 1, null from stored cross join unnest(stored.handles) as handle
  ), new_page as (
    insert into ${page} (tenant_id, id, source, handle, name, mentions)
    select ${tenantId}::uuid, known.id, known.source, known.handle, max(seen.name), sum(seen.mentions)
    from seen join json_to_recordset(${json(pages)}) as known (id uuid, source text, handle text)
      on known.source = seen.source and known.handle = lower(seen.handle)
    group by known.id, known.source, known.handle order by known.id
    on conflict (tenant_id, id) do update
    set mentions = page.mentions + excluded.mentions, name = coalesce(excluded.name, page.name)
    where excluded.mentions > 0 or (excluded.name is not null and excluded.name is distinct from page.name)
  )`;

/**
 * Stores the posts that are not there yet, with all that hangs on them and the event that tells of new mentions, in
 * one statement: a post that was stored before adds nothing anywhere.
 */
export async function storePosts(
  { db, tenantId }: Scope,
  posts: readonly PostRecord[],
  pages: readonly PageRecord[],
  eventId: string,
): Promise<{ stored: number; matched: number }> {
  const [counted] = await db.execute<{ stored: number; matched: number }>(sql`
    with stored as (
      insert into ${post} (tenant_id, id, source, external_id, author_handle, author_name, text, lang, url, reply_to,
        handles, hashtags, published_at, rev)
      select ${tenantId}::uuid, new_post.* from json_to_recordset(${json(posts)}) as new_post (${postColumns})
      order by new_post.id
      on conflict do nothing
      returning id, source, author_handle, author_name, handles, hashtags, published_at
    ), ${attached(tenantId, pages)}, told as (
      insert into outbox (id, tenant_id, type, data)
      select ${eventId}::uuid, ${tenantId}::uuid, 'mention.matched', jsonb_build_object('counts',
        jsonb_agg(jsonb_build_object('trackerId', tracker_id, 'day', day, 'count', count)))
      from counts having count(*) > 0
    )
    select (select count(*) from stored)::int as stored, (select count(distinct id) from matched)::int as matched`);
  return counted ?? { stored: 0, matched: 0 };
}

/** Hangs everything on posts that were rewritten, and answers what that adds to the counts. */
export async function attachPosts(
  { db, tenantId }: Scope,
  ids: readonly string[],
  pages: readonly PageRecord[],
): Promise<CountChange[]> {
  const rows = await db.execute<CountRow>(sql`
    with stored as (
      select id, source, author_handle, author_name, handles, hashtags, published_at from ${post}
      where tenant_id = ${tenantId} and id = any(${sql.param(ids)}::uuid[])
    ), ${attached(tenantId, pages)}
    select tracker_id, day::text as day, count from counts`);
  return rows.map(countChange);
}
