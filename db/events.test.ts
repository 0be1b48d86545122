import { eq } from 'drizzle-orm';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { BusEvent, EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { clonedDatabases } from '@chorus/tests/harness/databases.ts';
import { startConsumer, type Apply } from './consumer.ts';
import { transactionOf } from './context.ts';
import { Database } from './database.ts';
import type { DatabaseUrls } from './databases.ts';
import { inboxCursor } from './inbox.table.ts';
import { outbox } from './outbox.table.ts';
import { startRelay } from './relay.ts';

const log = createLog('test', 'silent');
let urls: DatabaseUrls;

beforeAll(async () => {
  urls = await clonedDatabases('events_test');
});

function open(): { bus: EventBus; database: Database } {
  const bus = postgresEventBus(urls.events.app);
  const database = new Database(urls.billing.worker, { max: 6 });
  onTestFinished(() => Promise.all([bus.close(), database.end()]).then(() => undefined));
  return { bus, database };
}

const event = (type = 'thing.happened', data: unknown = {}): NewEvent => ({
  id: newId(),
  type,
  tenantId: newId(),
  time: new Date().toISOString(),
  data,
});

async function relay(bus: EventBus, source: string, beforePublish?: (event: NewEvent) => Promise<void>) {
  const part = await startRelay({
    source,
    workerUrl: urls.billing.worker,
    bus,
    log,
    ...(beforePublish === undefined ? {} : { beforePublish }),
  });
  onTestFinished(() => part.stop());
  return part;
}

async function consume(bus: EventBus, database: Database, source: string, apply: Apply) {
  const part = await startConsumer({
    consumer: 'test',
    sources: { [source]: { 'thing.happened': apply } },
    database,
    bus,
    log,
  });
  onTestFinished(() => part.stop());
  return part;
}

test('events keep their order and are appended once, however often a relay repeats them', async () => {
  const { bus } = open();
  const source = newId();
  const [first, second, third] = [event('a'), event('b'), event('c')];
  await bus.append(source, [first, second]);
  await bus.append(source, [first, second, third]);
  const events = await bus.read(source, 0, 10);
  expect(events.map(({ type }) => type)).toEqual(['a', 'b', 'c']);
  expect(events.map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
});

test('many who append to one source at once lose nothing and number everything once', async () => {
  const { bus } = open();
  const { bus: other } = open();
  const source = newId();
  const batches = Array.from({ length: 50 }, () => [event(), event()]);
  await Promise.all(batches.map((batch, index) => (index % 2 === 0 ? bus : other).append(source, batch)));
  const events = await bus.read(source, 0, 200);
  expect(events.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  const ids = batches.flat().map(({ id }) => id);
  expect(events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

test('a source tells where it is, and is read for some types only', async () => {
  const { bus } = open();
  const [one, other] = [newId(), newId()];
  await bus.append(one, [event('a'), event('b'), event('a')]);
  await bus.append(other, [event('b')]);
  const positions = await bus.positions();
  expect([one, other, newId()].map((source) => positions.get(source))).toEqual([3, 1, undefined]);
  const found = await bus.read(one, 1, 10, ['a']);
  expect(found.map(({ sequence }) => sequence)).toEqual([3]);
  expect(await bus.read(one, 0, 1, ['a', 'c'])).toMatchObject([{ sequence: 1 }]);
});

test('an older version of a record never replaces a newer one', async () => {
  const { bus } = open();
  const tenantId = newId();
  await bus.putRecord({ kind: 'billing', tenantId, version: 2, body: { plan: 'business' } });
  await bus.putRecord({ kind: 'billing', tenantId, version: 1, body: { plan: 'free' } });
  expect(await bus.record('billing', tenantId)).toMatchObject({ version: 2, body: { plan: 'business' } });
  expect(await bus.record('billing', newId())).toBeUndefined();
});

test('listeners hear of records and events, and of a heartbeat while the bus is reachable', async () => {
  const { bus } = open();
  const heard = { records: [] as string[], sources: [] as string[], beats: 0 };
  const stop = await bus.listen({
    onRecord: (kind, tenantId) => heard.records.push(`${kind} ${tenantId}`),
    onEvents: (source) => heard.sources.push(source),
    onHeartbeat: () => (heard.beats += 1),
  });
  onTestFinished(stop);
  const [tenantId, source] = [newId(), newId()];
  await bus.putRecord({ kind: 'accounts', tenantId, version: 1, body: {} });
  await bus.append(source, [event()]);
  await vi.waitFor(() => {
    expect(heard.records).toContain(`accounts ${tenantId}`);
    expect(heard.sources).toContain(source);
    expect(heard.beats).toBeGreaterThan(0);
  });
});

test('what a transaction emitted reaches the bus after its commit, with its record written first', async () => {
  const { bus, database } = open();
  const source = newId();
  const order: string[] = [];
  await relay(bus, source, async ({ tenantId }) => {
    order.push((await bus.read(source, 0, 10)).length === 0 ? 'record first' : 'event first');
    await bus.putRecord({ kind: 'billing', tenantId, version: 1, body: {} });
  });
  const tenantId = newId();
  await transactionOf(database, tenantId, (transaction) => transaction.emit('tenant.changed', { slug: 'x' }));
  await vi.waitFor(async () => {
    const events = (await bus.read(source, 0, 100)).filter((found) => found.tenantId === tenantId);
    expect(events).toMatchObject([{ type: 'tenant.changed', data: { slug: 'x' } }]);
  });
  expect(order[0]).toBe('record first');
  await vi.waitFor(async () => {
    const left = await database
      .statements(tenantId)
      .select()
      .from(outbox)
      .where(eq(outbox.tenantId, tenantId));
    expect(left).toEqual([]);
  });
});

test('a relay that has started has copied what was waiting for it', async () => {
  const { bus, database } = open();
  const [source, tenantId] = [newId(), newId()];
  await transactionOf(database, tenantId, (transaction) => transaction.emit('waiting', {}));
  const part = await relay(bus, source);
  expect(await bus.read(source, 0, 100)).toContainEqual(
    expect.objectContaining({ type: 'waiting', tenantId }),
  );
  await part.stop();
});

test('a transaction that commits late is not overtaken for good by one that committed before it', async () => {
  const { bus, database } = open();
  const source = newId();
  await relay(bus, source);
  const [slow, quick] = [newId(), newId()];
  const release = Promise.withResolvers<void>();
  const emitted = Promise.withResolvers<void>();
  const late = transactionOf(database, slow, async (transaction) => {
    await transaction.emit('slow', {});
    emitted.resolve();
    await release.promise;
  });
  await emitted.promise;
  await transactionOf(database, quick, (transaction) => transaction.emit('quick', {}));
  release.resolve();
  await late;
  await vi.waitFor(async () => {
    const seen = (await bus.read(source, 0, 100)).map(({ type }) => type);
    expect(seen).toEqual(expect.arrayContaining(['slow', 'quick']));
  });
});

test('a consumer applies each event once, also when two of them run and one keeps failing halfway', async () => {
  const { bus, database } = open();
  const source = newId();
  const applied: number[] = [];
  let failures = 0;
  const apply: Apply = (_, { sequence }: BusEvent) => {
    if (sequence % 5 === 0 && failures < 3) {
      failures += 1;
      return Promise.reject(new Error('halfway'));
    }
    applied.push(sequence);
    return Promise.resolve();
  };
  await bus.append(
    source,
    Array.from({ length: 30 }, () => event()),
  );
  await Promise.all([consume(bus, database, source, apply), consume(bus, database, source, apply)]);
  await vi.waitFor(
    async () => {
      const [row] = await database
        .statements(null)
        .select()
        .from(inboxCursor)
        .where(eq(inboxCursor.source, source));
      expect(row?.sequence).toBe(30);
    },
    { timeout: 10_000 },
  );
  expect(applied.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});
