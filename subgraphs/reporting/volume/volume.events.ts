import type { Apply } from '@chorus/db/consumer.ts';
import type { Transaction } from '@chorus/db/context.ts';
import { WITH_COUNTS } from '../outdated.ts';
import { addCounts, type CountChange } from './volume.queries.ts';

/** What reporting learns from mentions; both types carry changes of counts, so that applying them is one addition. */
export const mentionsEvents: Readonly<Record<string, Apply>> = {
  'mention.matched': (transaction, { data }) => count(transaction, countChanges(data)),
  'post.deleted': (transaction, { data }) => count(transaction, countChanges(data)),
};

async function count(transaction: Transaction, changes: readonly CountChange[]): Promise<void> {
  if (changes.length === 0) return;
  await addCounts(transaction, changes);
  await transaction.outdate(WITH_COUNTS);
}

const isChange = (item: unknown): item is CountChange =>
  typeof item === 'object' &&
  item !== null &&
  'trackerId' in item &&
  typeof item.trackerId === 'string' &&
  'day' in item &&
  typeof item.day === 'string' &&
  'count' in item &&
  Number.isSafeInteger(item.count);

/** An event of another form stops the consumer instead of quietly losing counts. */
function countChanges(data: unknown): CountChange[] {
  const counts = typeof data === 'object' && data !== null && 'counts' in data ? data.counts : undefined;
  if (Array.isArray(counts) && counts.every(isChange)) return counts;
  throw new TypeError('the event has no counts of the form { trackerId, day, count }');
}
