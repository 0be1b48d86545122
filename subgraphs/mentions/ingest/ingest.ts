import { newId } from '@chorus/shared/id.ts';
import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { WITH_POSTS } from '../outdated.ts';
import type { NewPost } from '../posts/new-post.ts';
import { unlessDeadlocked } from './deadlock.ts';
import { lockPosts, storePosts } from './ingest.queries.ts';
import { pageRecords, postRecords } from './records.ts';

/** How many posts one statement stores; larger batches gain nothing and hold their locks longer. */
export const BATCH = 1_000;

export interface Ingested {
  /** Posts that were not there before. */
  stored: number;
  /** Posts that were there already, or more than once in what was handed over. */
  duplicates: number;
  /** Stored posts that at least one tracker matched. */
  matched: number;
}

/**
 * Stores posts for a tenant, whoever else stores the same ones at the same time: each post once, and everything that
 * follows from it once. `database` is the worker's, and batches are transactions of their own.
 */
export async function ingestPosts(
  database: Database,
  tenantId: string,
  posts: readonly NewPost[],
): Promise<Ingested> {
  const total = { stored: 0, duplicates: 0, matched: 0 };
  for (let start = 0; start < posts.length; start += BATCH) {
    const batch = posts.slice(start, start + BATCH);
    const { stored, matched } = await ingestBatch(database, tenantId, batch);
    total.stored += stored;
    total.duplicates += batch.length - stored;
    total.matched += matched;
  }
  return total;
}

function ingestBatch(database: Database, tenantId: string, batch: readonly NewPost[]) {
  const posts = postRecords(batch);
  const pages = pageRecords(posts);
  return unlessDeadlocked(() =>
    transactionOf(database, tenantId, async (transaction) => {
      await lockPosts(transaction, 'shared');
      const counted = await storePosts(transaction, posts, pages, newId());
      if (counted.stored > 0) await transaction.outdate(WITH_POSTS);
      return counted;
    }),
  );
}
