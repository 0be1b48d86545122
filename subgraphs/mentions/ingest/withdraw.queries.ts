import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { mention, mentionTracker } from '../mentions/mentions.table.ts';
import { page } from '../pages/pages.table.ts';
import { post, postTerm, type PostSource } from '../posts/posts.table.ts';
import { countChange, type CountChange, type CountRow } from './counts.ts';
import type { PostRecord, TombstoneRecord } from './records.ts';

export interface StoredPost {
  id: string;
  source: PostSource;
  externalId: string;
  rev: string | null;
  deleted: boolean;
}

/** What is stored of the posts with these names; read under the exclusive lock. */
export async function storedPosts(
  { db, tenantId }: Scope,
  names: readonly { source: string; external_id: string }[],
): Promise<StoredPost[]> {
  const rows = await db.execute<{ [Key in keyof StoredPost]: StoredPost[Key] }>(sql`
    select post.id, post.source, post.external_id as "externalId", post.rev, post.deleted_at is not null as deleted
    from ${post}
    join json_to_recordset(${JSON.stringify(names)}::text::json) as named (source text, external_id text)
      on named.source = post.source and named.external_id = post.external_id
    where post.tenant_id = ${tenantId}`);
  return [...rows];
}

/** Takes away all that hangs on posts but their mentions, and answers what that takes from the counts. */
export async function detachPosts({ db, tenantId }: Scope, ids: readonly string[]): Promise<CountChange[]> {
  const rows = await db.execute<CountRow>(sql`
    with gone as (
      select id, source, handles, hashtags, published_at from ${post}
      where tenant_id = ${tenantId} and id = any(${sql.param(ids)}::uuid[])
    ), term as (
      select id, '@' || unnest(handles) as term from gone union all select id, '#' || unnest(hashtags) from gone
    ), gone_term as (
      delete from ${postTerm} using term
      where tenant_id = ${tenantId} and post_term.term = term.term and post_term.post_id = term.id
    ), gone_page as (
      update ${page} set mentions = page.mentions - less.mentions
      from (select source, handle, count(*) as mentions from gone cross join unnest(handles) as handle group by 1, 2) as less
      where tenant_id = ${tenantId} and page.handle = less.handle and page.source = less.source
    ), gone_link as (
      delete from ${mentionTracker} using gone
      where tenant_id = ${tenantId} and mention_id = gone.id
      returning tracker_id, gone.published_at
    )
    select tracker_id, (published_at at time zone 'UTC')::date::text as day, -count(*) as count
    from gone_link group by 1, 2`);
  return rows.map(countChange);
}

/** Mentions are mentions only as long as a tracker matches them. */
export async function dropUnmatched({ db, tenantId }: Scope, ids: readonly string[]): Promise<void> {
  await db.execute(sql`
    delete from ${mention}
    where tenant_id = ${tenantId} and id = any(${sql.param(ids)}::uuid[]) and not exists (
      select 1 from ${mentionTracker} where tenant_id = ${tenantId} and mention_id = mention.id)`);
}

/** Leaves of deleted posts what is needed to know them again; of posts never stored too, since a copy may come late. */
export async function buryPosts(
  { db, tenantId }: Scope,
  tombstones: readonly TombstoneRecord[],
): Promise<void> {
  await db.execute(sql`
    insert into ${post} (tenant_id, id, source, external_id, author_handle, text, published_at, rev, deleted_at)
    select ${tenantId}::uuid, id, source, external_id, '', '', deleted_at, rev, deleted_at
    from json_to_recordset(${JSON.stringify(tombstones)}::text::json)
      as tombstone (id uuid, source text, external_id text, deleted_at timestamptz, rev text)
    order by id
    on conflict (tenant_id, source, external_id) do update
    set author_handle = '', author_name = null, text = '', lang = null, url = null, reply_to = null, handles = '{}',
      hashtags = '{}', rev = excluded.rev, deleted_at = excluded.deleted_at
    where post.deleted_at is null`);
}

/** Gives edited posts their new words; when they were published stays as it was. */
export async function rewritePosts({ db, tenantId }: Scope, posts: readonly PostRecord[]): Promise<void> {
  await db.execute(sql`
    update ${post} set text = edited.text, lang = edited.lang, author_name = coalesce(edited.author_name, post.author_name),
      reply_to = edited.reply_to, handles = edited.handles, hashtags = edited.hashtags, rev = edited.rev
    from json_to_recordset(${JSON.stringify(posts)}::text::json) as edited (source text, external_id text, text text,
      lang text, author_name text, reply_to text, handles text[], hashtags text[], rev text)
    where tenant_id = ${tenantId} and post.source = edited.source and post.external_id = edited.external_id`);
}
