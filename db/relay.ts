import type { ReservedSql } from 'postgres';
import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { Pool } from './pool.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';

const BATCH = 500;
const POLL_MS = 500;
const LOCK = 7_002_001;

export interface RelayOptions {
  source: string;
  /** The source's database, as its worker role. */
  workerUrl: string;
  bus: EventBus;
  log: Logger;
  /** Runs before an event is published; sources write the records there that the event tells about. */
  beforePublish?: (event: NewEvent) => Promise<void>;
}

/**
 * Copies a source's outbox to the bus, in commit order, at least once; whoever holds the source's advisory lock does
 * it, so that one process at a time numbers the events. Resolves when what was waiting has been copied (or somebody else
 * copies it, or the bus is away), so that a process is not ready before others can know what it knows.
 */
export async function startRelay(options: RelayOptions): Promise<Part> {
  const { source, workerUrl, log } = options;
  const pool = new Pool(workerUrl, { max: 1, applicationName: `${source}-relay` });
  const pause = wakeable();
  await pool.sql
    .listen('chorus_outbox', pause.wake)
    .catch((error: unknown) => log.warn({ error }, 'relay polls only'));
  const upToDate = Promise.withResolvers<void>();
  let stopped = false;

  const drain = async (connection: ReservedSql): Promise<void> => {
    const [lock] = await connection<{ held: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as held`;
    while (lock?.held === true && !stopped) {
      const moved = await moveBatch(connection, options);
      if (moved === BATCH) continue;
      upToDate.resolve();
      await pause.wait(POLL_MS);
    }
    if (lock?.held === true) await connection`select pg_advisory_unlock(${LOCK})`;
  };

  const running = (async () => {
    while (!stopped) {
      await pool.use(drain).catch((error: unknown) => log.warn({ error }, 'relay tries again'));
      upToDate.resolve();
      if (!stopped) await pause.wait(POLL_MS);
    }
  })();

  await upToDate.promise;
  return {
    name: `${source} relay`,
    stop: async () => {
      stopped = true;
      pause.wake();
      await running;
      await pool.end();
    },
  };
}

/**
 * Rows leave the outbox by id and are numbered on the bus, so one that commits late is only later, never lost. What
 * depends on another's commit was inserted after it, so the outbox's own order keeps causes before effects.
 */
async function moveBatch(connection: ReservedSql, options: RelayOptions): Promise<number> {
  const { source, bus, beforePublish } = options;
  const rows = await connection<(Omit<NewEvent, 'time'> & { time: Date })[]>`
    select id, tenant_id as "tenantId", type, data, time from outbox
    order by sequence limit ${BATCH}`;
  if (rows.length === 0) return 0;
  const events = rows.map((row) => ({ ...row, time: row.time.toISOString() }));
  for (const event of events) await beforePublish?.(event);
  await bus.append(source, events);
  await connection`delete from outbox where id = any(${rows.map((row) => row.id)}::uuid[])`;
  return rows.length;
}
