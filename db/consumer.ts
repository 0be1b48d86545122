import { and, eq } from 'drizzle-orm';
import type { BusEvent, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { transactionOf, type Transaction } from './context.ts';
import type { Database } from './database.ts';
import { inboxCursor } from './inbox.table.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';

const BATCH = 200;
const POLL_MS = 500;

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
export async function startConsumer(options: ConsumerOptions): Promise<Part> {
  const { bus, log } = options;
  const pause = wakeable();
  const unlisten = await bus.listen({ onEvents: pause.wake, onReconnect: pause.wake });
  let stopped = false;

  const running = (async () => {
    while (!stopped) {
      let more = false;
      for (const source of Object.keys(options.sources)) {
        const full = await applyBatch(options, source).catch((error: unknown) => {
          log.error({ error, source }, 'consumer tries again');
          return false;
        });
        more ||= full;
      }
      if (!more && !stopped) await pause.wait(POLL_MS);
    }
  })();

  return {
    name: `${options.consumer} consumer`,
    stop: async () => {
      stopped = true;
      pause.wake();
      await running;
      await unlisten();
    },
  };
}

/** True when there may be more. */
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
      const moved = await transaction.db
        .update(inboxCursor)
        .set({ sequence: event.sequence })
        .where(and(eq(inboxCursor.source, source), eq(inboxCursor.sequence, from)))
        .returning();
      if (moved.length === 0) throw new Error(`another process consumes ${source} already`);
      await apply?.(transaction, event);
    });
    position = event.sequence;
  }
  await bus.advance(consumer, source, position);
  return events.length === BATCH;
}

async function cursor(database: Database, source: string): Promise<number> {
  const db = database.statements(null);
  const [row] = await db.select().from(inboxCursor).where(eq(inboxCursor.source, source));
  if (row !== undefined) return row.sequence;
  await db.insert(inboxCursor).values({ source, sequence: 0 }).onConflictDoNothing();
  return 0;
}
