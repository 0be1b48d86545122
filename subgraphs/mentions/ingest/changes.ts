import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { WITH_POSTS } from '../outdated.ts';
import type { Deletion, NewPost } from '../posts/new-post.ts';
import { totalOf, type CountChange } from './counts.ts';
import { attachPosts, lockPosts } from './ingest.queries.ts';
import { unlessDeadlocked } from './deadlock.ts';
import { ingestPosts, type Ingested } from './ingest.ts';
import { keyOf, pageRecords, postRecords, tombstoneRecords, type PostRecord } from './records.ts';
import { buryPosts, detachPosts, dropUnmatched, rewritePosts, storedPosts } from './withdraw.queries.ts';

/**
 * Honours deletions at the source: the words go, the mention goes, the counts go back, and a tombstone stays so that
 * neither an earlier nor a later copy of the post is stored. Answers how many stored posts went.
 */
export function deletePosts(
  database: Database,
  tenantId: string,
  deletions: readonly Deletion[],
): Promise<number> {
  if (deletions.length === 0) return Promise.resolve(0);
  const tombstones = tombstoneRecords(deletions);
  return exclusively(database, tenantId, async (transaction) => {
    const ids = (await storedPosts(transaction, tombstones))
      .filter(({ deleted }) => !deleted)
      .map(({ id }) => id);
    const counts = await detachPosts(transaction, ids);
    await dropUnmatched(transaction, ids);
    await buryPosts(transaction, tombstones);
    if (ids.length === 0) return 0;
    await transaction.emit('post.deleted', { postIds: ids, counts });
    await transaction.outdate(WITH_POSTS);
    return ids.length;
  });
}

/**
 * Stores new versions of posts: one that is newer than what is stored replaces its words and is matched again, an
 * older one is a duplicate, and one of a post never seen is stored like any other.
 */
export async function editPosts(
  database: Database,
  tenantId: string,
  edits: readonly NewPost[],
): Promise<Ingested & { edited: number }> {
  const records = postRecords(newestOf(edits));
  const edited =
    records.length === 0 ? 0 : await exclusively(database, tenantId, (tx) => rewrite(tx, records));
  const ingested = await ingestPosts(database, tenantId, edits);
  return { ...ingested, duplicates: ingested.duplicates - edited, edited };
}

const newestOf = (edits: readonly NewPost[]): NewPost[] =>
  edits.toSorted((a, b) => ((a.rev ?? '') > (b.rev ?? '') ? -1 : 1));

async function rewrite(transaction: Transaction, records: readonly PostRecord[]): Promise<number> {
  const stored = new Map(
    (await storedPosts(transaction, records)).map((found) => [keyOf(found.source, found.externalId), found]),
  );
  const newer = records.flatMap((record) => {
    const found = stored.get(keyOf(record.source, record.external_id));
    const replaces = found !== undefined && !found.deleted && (found.rev ?? '') < (record.rev ?? '');
    return replaces ? [{ ...record, id: found.id }] : [];
  });
  if (newer.length === 0) return 0;
  const ids = newer.map(({ id }) => id);
  const less = await detachPosts(transaction, ids);
  await rewritePosts(transaction, newer);
  const more = await attachPosts(transaction, ids, pageRecords(newer));
  await dropUnmatched(transaction, ids);
  await tellCounts(transaction, [...less, ...more]);
  await transaction.outdate(WITH_POSTS);
  return newer.length;
}

/** Other services add these changes to what they have. */
export async function tellCounts(transaction: Transaction, changes: readonly CountChange[]): Promise<void> {
  const counts = totalOf(changes);
  if (counts.length > 0) await transaction.emit('mention.matched', { counts });
}

function exclusively<T>(
  database: Database,
  tenantId: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return unlessDeadlocked(() =>
    transactionOf(database, tenantId, async (transaction) => {
      await lockPosts(transaction, 'exclusive');
      return work(transaction);
    }),
  );
}
