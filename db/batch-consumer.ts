import type { BusEvent, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { consuming, cursor, moveCursor } from './consuming.ts';
import { inTenant, transactionOf, type Transaction } from './context.ts';
import type { Database } from './database.ts';

const BATCH = 1_000;

/** What a consumer does with events of one tenant, in the transaction that also moves its cursor. */
export type ApplyMany = (transaction: Transaction, events: readonly BusEvent[]) => Promise<void>;

export interface BatchConsumerOptions {
  consumer: string;
  source: string;
  type: string;
  apply: ApplyMany;
  /** The consumer's own database, as its worker role. */
  database: Database;
  bus: EventBus;
  log: Logger;
}

/**
 * As `startConsumer`, for events that come by the thousand: a batch is one transaction, in which each tenant's events
 * are applied together. Tenants come in the order of their ids.
 */
export function startBatchConsumer(options: BatchConsumerOptions): Promise<Part> {
  const { consumer, source, bus, log } = options;
  return consuming({ consumer, sources: [source], bus, log, step: () => applyBatch(options) });
}

async function applyBatch(options: BatchConsumerOptions): Promise<boolean> {
  const { database, bus, consumer, source, type, apply } = options;
  const from = await cursor(database, source);
  const events = await bus.read(source, from, BATCH, [type]);
  const last = events.at(-1);
  if (last === undefined) return false;
  const byTenant = Map.groupBy(events, ({ tenantId }) => tenantId);
  await transactionOf(database, last.tenantId, async (transaction) => {
    await moveCursor(transaction.db, source, from, last.sequence);
    for (const tenantId of [...byTenant.keys()].toSorted())
      await apply(await inTenant(transaction, tenantId), byTenant.get(tenantId) ?? []);
  });
  await bus.advance(consumer, source, last.sequence);
  return events.length === BATCH;
}
