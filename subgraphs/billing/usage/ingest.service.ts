import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { WITH_USAGE } from '../outdated.ts';
import type { UsageEvent } from './cloud-event.ts';
import { countAgain, forgetRollups, lockUsage, storeUsage, type StoredEvent } from './ingest.queries.ts';
import { daysOf, type DayRange } from './usage-range.ts';

const keyOf = ({ source, id }: { source: string; id: string }): string => JSON.stringify([source, id]);

/**
 * Stores events of the transaction's tenant, each once, whoever else stores the same ones at the same time; and counts
 * those that were not there. Answers them, with what they were called.
 */
export async function ingestUsage(
  transaction: Transaction,
  events: readonly UsageEvent[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  const once = new Map(events.toReversed().map((event) => [keyOf(event), event]));
  if (once.size === 0) return new Map();
  await lockUsage(transaction, 'shared');
  const stored = await storeUsage(transaction, [...once.values()]);
  if (stored.length > 0) await transaction.outdate(WITH_USAGE);
  return new Map(stored.map((event) => [keyOf(event), event]));
}

/** The stored one of several events with the same name is the first that was told. */
export function takeStored(
  stored: ReadonlyMap<string, StoredEvent>,
): (event: UsageEvent) => StoredEvent | undefined {
  const left = new Map(stored);
  return (event) => {
    const found = left.get(keyOf(event));
    left.delete(keyOf(event));
    return found;
  };
}

/** Counts a tenant's stored events anew, day by day, so that nobody waits long; answers how many there were. */
export async function rebuildUsage(database: Database, tenantId: string, range: DayRange): Promise<number> {
  let events = 0;
  for (const day of daysOf(range)) {
    events += await transactionOf(database, tenantId, async (transaction) => {
      await lockUsage(transaction, 'exclusive');
      const wasCounted = await forgetRollups(transaction, day, day);
      const counted = await countAgain(transaction, day, day);
      if (wasCounted || counted > 0) await transaction.outdate(WITH_USAGE);
      return counted;
    });
  }
  return events;
}
