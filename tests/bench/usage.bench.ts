import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBatchConsumer } from '@chorus/db/batch-consumer.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { startEmbedded } from '@chorus/db/embedded.ts';
import { migrate } from '@chorus/db/migrate.ts';
import { ensureDatabases } from '@chorus/db/roles.ts';
import type { UsageEvent } from '@chorus/billing/usage/cloud-event.ts';
import { ingestUsage } from '@chorus/billing/usage/ingest.service.ts';
import { countOperations } from '@chorus/billing/usage/operations.events.ts';
import { event } from '@chorus/billing/usage/testing.ts';
import { usageEvent } from '@chorus/billing/usage/usage.table.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { OPERATION_EXECUTED, OPERATIONS } from '@chorus/shared/operation-executed.ts';
import { sql } from 'drizzle-orm';
import { table } from './table.ts';

const BATCH = 500;
const SENDERS = 2;
const SUSTAINED_MS = 6_000;
const OPERATIONS_TOLD = 20_000;
const TYPES = ['export.finished', 'notification.sent', 'trackers.counted', 'nobody.counts'];

/** How many events of usage a second are stored and counted, against storing the same rows and nothing else. */
export async function run(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const server = await startEmbedded({ dataDir });
  try {
    const urls = await ensureDatabases(server.adminUrl, randomBytes(32));
    await Promise.all([migrate('billing', urls.billing.owner), migrate('events', urls.events.owner)]);
    const database = new Database(urls.billing.worker, { max: SENDERS + 2 });
    const bus = postgresEventBus(urls.events.app);
    const plain = await sustained((tenantId, events) => insertOnly(database, tenantId, events));
    const counted = await sustained((tenantId, events) => ingest(database, tenantId, events));
    const consumed = await operations(database, bus);
    await Promise.all([database.end(), bus.close()]);
    const row = (name: string, rate: number) => [name, Math.round(rate), (rate / plain).toFixed(2)];
    return table([
      ['batches of 500, 2 senders', 'events/s', 'ratio to a plain insert'],
      row('plain insert of the rows', plain),
      row('stored and counted', counted),
      row('operations through the bus consumer', consumed),
    ]);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** One tenant's batch: some types, a thousand subjects, ids as programs make them. */
const batch = (): UsageEvent[] =>
  Array.from({ length: BATCH }, (_, index) =>
    event({
      type: TYPES[index % TYPES.length] ?? '',
      subject: `subject-${Math.floor(Math.random() * 1_000)}`,
      data: { rows: 5, count: index + 1 },
    }),
  );

/** Events a second, with two tenants that send as fast as they are answered. */
async function sustained(
  store: (tenantId: string, events: UsageEvent[]) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  let stored = 0;
  const sender = async () => {
    for (const tenantId = newId(); performance.now() - start < SUSTAINED_MS; stored += BATCH)
      await store(tenantId, batch());
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return (stored / (performance.now() - start)) * 1_000;
}

const ingest = (database: Database, tenantId: string, events: UsageEvent[]) =>
  transactionOf(database, tenantId, (transaction) => ingestUsage(transaction, events));

const insertOnly = (database: Database, tenantId: string, events: UsageEvent[]) =>
  transactionOf(database, tenantId, ({ db }) =>
    db.execute(sql`
      insert into ${usageEvent} (tenant_id, source, id, type, subject, time, booked_day, late, data)
      select ${tenantId}::uuid, source, id, type, subject, time, time::date, false, data
      from json_to_recordset(${JSON.stringify(events)}::text::json)
        as sent (source text, id text, type text, subject text, time timestamptz, data jsonb)`),
  );

/** Operations a second, from the bus into what meters say. */
async function operations(database: Database, bus: EventBus): Promise<number> {
  const tenants = Array.from({ length: 10 }, newId);
  const told = Array.from({ length: OPERATIONS_TOLD }, (_, index) => ({
    id: newId(),
    type: OPERATION_EXECUTED,
    tenantId: tenants[index % tenants.length] ?? '',
    time: new Date().toISOString(),
    data: { caller: 'member', subject: `member-${index % 200}`, cost: 3 },
  }));
  for (let at = 0; at < told.length; at += 1_000) await bus.append(OPERATIONS, told.slice(at, at + 1_000));
  const done = Promise.withResolvers<void>();
  const advance: EventBus['advance'] = async (_consumer, _source, at) =>
    void (at >= OPERATIONS_TOLD && done.resolve());
  const options = { consumer: 'bench', source: OPERATIONS, type: OPERATION_EXECUTED, apply: countOperations };
  const start = performance.now();
  const log = createLog('bench', 'silent');
  const part = await startBatchConsumer({ ...options, database, bus: { ...bus, advance }, log });
  await done.promise;
  const seconds = (performance.now() - start) / 1_000;
  await part.stop();
  return OPERATIONS_TOLD / seconds;
}
