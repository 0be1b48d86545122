import { and, desc, eq, lt, sql, type Column, type SQL } from 'drizzle-orm';
import { callerRows, type ColumnMap } from '@chorus/db/conditions.ts';
import { hasFieldRules } from '@chorus/shared/ability.ts';
import type { CallerScope } from '../context.ts';
import { post } from '../posts/posts.table.ts';
import { readableTracker } from '../trackers/trackers.queries.ts';
import { mention, mentionTracker, type MentionFilter, type MentionRow } from './mentions.table.ts';

export const COUNT_LIMIT = 10_000;

const columns = {
  tenantId: mention.tenantId,
  id: mention.id,
  text: post.text,
  authorHandle: post.authorHandle,
  authorName: post.authorName,
  publishedAt: post.publishedAt,
  source: post.source,
  lang: post.lang,
  url: post.url,
  status: mention.status,
  tags: mention.tags,
  assigneeId: mention.assigneeId,
};

const itsPost = and(eq(post.tenantId, mention.tenantId), eq(post.id, mention.id));

const ofPost = (column: Column): SQL => sql`(select ${column} from ${post} where ${itsPost})`;

/** What rules may ask of a mention, in any statement that has `mention`. */
export const mentionColumns = {
  tenantId: mention.tenantId,
  id: mention.id,
  trackerIds: sql<string[]>`array(select tracker_id from ${mentionTracker} as link
    where link.tenant_id = ${mention.tenantId} and link.mention_id = ${mention.id})`,
  assigneeId: mention.assigneeId,
  status: mention.status,
  tags: mention.tags,
  source: ofPost(post.source),
  lang: ofPost(post.lang),
  authorHandle: ofPost(post.authorHandle),
  publishedAt: ofPost(post.publishedAt),
} satisfies ColumnMap;

const readable = (scope: CallerScope): SQL | undefined => callerRows(scope, 'mentions.read', mentionColumns);

/** With everything that rules about fields may ask for. */
const selected = ({ ability }: CallerScope) => ({
  ...columns,
  ...(hasFieldRules(ability, 'mentions.read') && { trackerIds: mentionColumns.trackerIds }),
});

const wanted = (scope: CallerScope, { trackerId, status, assigneeId }: MentionFilter): SQL | undefined =>
  and(
    eq(mention.tenantId, scope.tenantId),
    readable(scope),
    status === undefined ? undefined : eq(mention.status, status),
    assigneeId === undefined ? undefined : eq(mention.assigneeId, assigneeId),
    trackerId === undefined ? undefined : readableTracker(scope, trackerId),
  );

const itsLinkTo = (trackerId: string): SQL | undefined =>
  and(
    eq(mentionTracker.tenantId, mention.tenantId),
    eq(mentionTracker.mentionId, mention.id),
    eq(mentionTracker.trackerId, trackerId),
  );

/** Newest first, because ids begin with the time of publication. */
export function listMentions(
  scope: CallerScope,
  filter: MentionFilter,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<MentionRow[]> {
  const query = scope.db.select(selected(scope)).from(mention).innerJoin(post, itsPost).$dynamic();
  if (filter.trackerId !== undefined) void query.innerJoin(mentionTracker, itsLinkTo(filter.trackerId));
  return query
    .where(and(wanted(scope, filter), after === undefined ? undefined : lt(mention.id, after)))
    .orderBy(desc(mention.id))
    .limit(limit);
}

/** Counts no further than the limit and one, so that the answer costs about the same however many there are. */
export async function countMentions(scope: CallerScope, filter: MentionFilter): Promise<number> {
  const query = scope.db
    .select({ one: sql`1`.as('one') })
    .from(mention)
    .$dynamic();
  if (filter.trackerId !== undefined) void query.innerJoin(mentionTracker, itsLinkTo(filter.trackerId));
  const counted = query
    .where(wanted(scope, filter))
    .limit(COUNT_LIMIT + 1)
    .as('counted');
  const [row] = await scope.db.select({ total: sql<number>`count(*)`.mapWith(Number) }).from(counted);
  return row?.total ?? 0;
}

/** Mentions that are not the tenant's, or not for the caller to read, are missing. */
export async function mentionsById(scope: CallerScope, ids: readonly string[]) {
  const rows = await scope.db
    .select(selected(scope))
    .from(mention)
    .innerJoin(post, itsPost)
    .where(and(wanted(scope, {}), sql`${mention.id} = any(${sql.param(ids)}::uuid[])`));
  return new Map<string, MentionRow>(rows.map((row) => [row.id, row]));
}

/** One page of one member's mentions as the key of a batched load: member, limit and where to go on. */
export type AssignedKey = `${string} ${number} ${string}`;

/** The pages of many members in one statement. */
export async function assignedMentions(scope: CallerScope, keys: readonly AssignedKey[]) {
  const { db, tenantId } = scope;
  const parts = keys.map((key) => key.split(' '));
  const column = (index: number) => sql`${sql.param(parts.map((part) => part[index] ?? ''))}::text[]`;
  const longest = Math.max(...parts.map(([, limit]) => Number(limit)));
  const assigned = db
    .select({ id: mention.id })
    .from(mention)
    .where(
      and(
        wanted(scope, {}),
        sql`${mention.assigneeId} = wanted.member::uuid`,
        sql`(wanted.after = '' or ${mention.id} < nullif(wanted.after, '')::uuid)`,
      ),
    )
    .orderBy(desc(mention.id))
    .limit(longest);
  const rows = await db
    .select({ ...selected(scope), ordinal: sql<number>`wanted.ordinal`.mapWith(Number) })
    .from(sql`unnest(${column(0)}, ${column(2)}) with ordinality as wanted (member, after, ordinal)`)
    .innerJoin(sql`lateral ${assigned} as assigned`, sql`true`)
    .innerJoin(mention, and(eq(mention.tenantId, tenantId), sql`${mention.id} = assigned.id`))
    .innerJoin(post, itsPost)
    .orderBy(sql`wanted.ordinal`, desc(mention.id));
  const pages = Map.groupBy(rows, ({ ordinal }) => keys[ordinal - 1]);
  return new Map<AssignedKey, MentionRow[]>(
    keys.map((key, index) => [key, pages.get(key)?.slice(0, Number(parts[index]?.[1])) ?? []]),
  );
}
