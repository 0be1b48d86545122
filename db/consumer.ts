import type { BusEvent, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { consuming, cursor, moveCursor } from './consuming.ts';
import { transactionOf, type Transaction } from './context.ts';
import type { Database } from './database.ts';

const BATCH = 200;

/** What a consumer does with one type of event, in the transaction that also moves its cursor. */
export type Apply = (transaction: Transaction, event: BusEvent) => Promise<void>;

export interface ConsumerOptions {
  consumer: string;
  /** Event type -> what to do; other types are passed over. */
  sources: Readonly<Record<string, Readonly<Record<string, Apply>>>>;
  /** The consumer's own database, as its worker role. */
  database: Database;
  bus: EventBus;
  log: Logger;
}

/** Applies events exactly once and in order per source: the cursor moves in the same transaction as the effect. */
export function startConsumer(options: ConsumerOptions): Promise<Part> {
  const { consumer, bus, log } = options;
  const sources = Object.keys(options.sources);
  return consuming({ consumer, sources, bus, log, step: (source) => applyBatch(options, source) });
}

async function applyBatch(options: ConsumerOptions, source: string): Promise<boolean> {
  const { database, bus, consumer } = options;
  let position = await cursor(database, source);
  const events = await bus.read(source, position, BATCH);
  const last = events.at(-1);
  if (last === undefined) return false;
  for (const event of events) {
    const apply = options.sources[source]?.[event.type];
    // What is passed over costs nothing but the last of a batch, with which the cursor moves.
    if (apply === undefined && event !== last) continue;
    const from = position;
    await transactionOf(database, event.tenantId, async (transaction) => {
      await moveCursor(transaction.db, source, from, event.sequence);
      await apply?.(transaction, event);
    });
    position = event.sequence;
  }
  await bus.advance(consumer, source, position);
  return events.length === BATCH;
}
