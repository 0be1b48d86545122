import { and, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { post } from '../posts/posts.table.ts';
import { mention, mentionTracker, type MentionFilter, type MentionRow } from './mentions.table.ts';

export const COUNT_LIMIT = 10_000;

const columns = {
  id: mention.id,
  text: post.text,
  author: post.authorHandle,
  authorName: post.authorName,
  publishedAt: post.publishedAt,
  source: post.source,
  url: post.url,
  status: mention.status,
  tags: mention.tags,
  assigneeId: mention.assigneeId,
};

const itsPost = and(eq(post.tenantId, mention.tenantId), eq(post.id, mention.id));

const ofTenant = (tenantId: string, { status, assigneeId }: MentionFilter): SQL | undefined =>
  and(
    eq(mention.tenantId, tenantId),
    status === undefined ? undefined : eq(mention.status, status),
    assigneeId === undefined ? undefined : eq(mention.assigneeId, assigneeId),
  );

const itsLinkTo = (trackerId: string): SQL | undefined =>
  and(
    eq(mentionTracker.tenantId, mention.tenantId),
    eq(mentionTracker.mentionId, mention.id),
    eq(mentionTracker.trackerId, trackerId),
  );

/** Newest first, because ids begin with the time of publication. */
export function listMentions(
  { db, tenantId }: Scope,
  filter: MentionFilter,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<MentionRow[]> {
  const query = db.select(columns).from(mention).innerJoin(post, itsPost).$dynamic();
  if (filter.trackerId !== undefined) void query.innerJoin(mentionTracker, itsLinkTo(filter.trackerId));
  return query
    .where(and(ofTenant(tenantId, filter), after === undefined ? undefined : lt(mention.id, after)))
    .orderBy(desc(mention.id))
    .limit(limit);
}

/** Counts no further than the limit and one, so that the answer costs about the same however many there are. */
export async function countMentions({ db, tenantId }: Scope, filter: MentionFilter): Promise<number> {
  const query = db
    .select({ one: sql`1`.as('one') })
    .from(mention)
    .$dynamic();
  if (filter.trackerId !== undefined) void query.innerJoin(mentionTracker, itsLinkTo(filter.trackerId));
  const counted = query
    .where(ofTenant(tenantId, filter))
    .limit(COUNT_LIMIT + 1)
    .as('counted');
  const [row] = await db.select({ total: sql<number>`count(*)`.mapWith(Number) }).from(counted);
  return row?.total ?? 0;
}

/** Mentions that are not the tenant's are missing. */
export async function mentionsById({ db, tenantId }: Scope, ids: readonly string[]) {
  const rows = await db
    .select(columns)
    .from(mention)
    .innerJoin(post, itsPost)
    .where(and(eq(mention.tenantId, tenantId), sql`${mention.id} = any(${sql.param(ids)}::uuid[])`));
  return new Map<string, MentionRow>(rows.map((row) => [row.id, row]));
}

/** One page of one member's mentions as the key of a batched load: member, limit and where to go on. */
export type AssignedKey = `${string} ${number} ${string}`;

/** The pages of many members in one statement. */
export async function assignedMentions({ db, tenantId }: Scope, keys: readonly AssignedKey[]) {
  const parts = keys.map((key) => key.split(' '));
  const column = (index: number) => sql`${sql.param(parts.map((part) => part[index] ?? ''))}::text[]`;
  const longest = Math.max(...parts.map(([, limit]) => Number(limit)));
  const wanted = db
    .select({ id: mention.id })
    .from(mention)
    .where(
      and(
        eq(mention.tenantId, tenantId),
        sql`${mention.assigneeId} = wanted.member::uuid`,
        sql`(wanted.after = '' or ${mention.id} < nullif(wanted.after, '')::uuid)`,
      ),
    )
    .orderBy(desc(mention.id))
    .limit(longest);
  const rows = await db
    .select({ ...columns, ordinal: sql<number>`wanted.ordinal`.mapWith(Number) })
    .from(sql`unnest(${column(0)}, ${column(2)}) with ordinality as wanted (member, after, ordinal)`)
    .innerJoin(sql`lateral ${wanted} as assigned`, sql`true`)
    .innerJoin(mention, and(eq(mention.tenantId, tenantId), sql`${mention.id} = assigned.id`))
    .innerJoin(post, itsPost)
    .orderBy(sql`wanted.ordinal`, desc(mention.id));
  const pages = Map.groupBy(rows, ({ ordinal }) => keys[ordinal - 1]);
  return new Map<AssignedKey, MentionRow[]>(
    keys.map((key, index) => [key, pages.get(key)?.slice(0, Number(parts[index]?.[1])) ?? []]),
  );
}
