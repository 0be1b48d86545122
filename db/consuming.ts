import { and, eq } from 'drizzle-orm';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';
import type { Database } from './database.ts';
import { inboxCursor } from './inbox.table.ts';
import type { Db } from './pipeline.ts';

const POLL_MS = 500;

export interface Consuming {
  consumer: string;
  sources: readonly string[];
  bus: EventBus;
  log: Logger;
  /** Applies what is next of a source; true when there may be more. */
  step: (source: string) => Promise<boolean>;
}

/** Goes on with whatever a consumer's sources bring until it is stopped; a step that fails is tried again. */
export async function consuming({ consumer, sources, bus, log, step }: Consuming): Promise<Part> {
  const pause = wakeable();
  const onEvents = (source: string) => {
    if (sources.includes(source)) pause.wake();
  };
  const unlisten = await bus.listen({ onEvents, onReconnect: pause.wake });
  let stopped = false;

  const running = (async () => {
    while (!stopped) {
      let more = false;
      for (const source of sources) {
        const full = await step(source).catch((error: unknown) => {
          log.error({ error, source }, 'consumer tries again');
          return false;
        });
        more ||= full;
      }
      if (!more && !stopped) await pause.wait(POLL_MS);
    }
  })();

  return {
    name: `${consumer} consumer`,
    stop: async () => {
      stopped = true;
      pause.wake();
      await running;
      await unlisten();
    },
  };
}

/** How far a source's events are applied. */
export async function cursor(database: Database, source: string): Promise<number> {
  const db = database.statements(null);
  const [row] = await db.select().from(inboxCursor).where(eq(inboxCursor.source, source));
  if (row !== undefined) return row.sequence;
  await db.insert(inboxCursor).values({ source, sequence: 0 }).onConflictDoNothing();
  return 0;
}

/** Moves the cursor within the transaction that applies events. @throws when another process has moved it meanwhile */
export async function moveCursor(db: Db, source: string, from: number, to: number): Promise<void> {
  const moved = await db
    .update(inboxCursor)
    .set({ sequence: to })
    .where(and(eq(inboxCursor.source, source), eq(inboxCursor.sequence, from)))
    .returning();
  if (moved.length === 0) throw new Error(`another process consumes ${source} already`);
}
