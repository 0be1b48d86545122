import { startConsumer } from '@chorus/db/consumer.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { outbox } from '@chorus/db/outbox.table.ts';
import { Database } from '@chorus/db/database.ts';
import { abilityOf, packedRulesFor } from '@chorus/shared/ability.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { createLog } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { WITH_COUNTS } from '../outdated.ts';
import { mentionsEvents } from './volume.events.ts';
import { dailyVolume, type CountChange } from './volume.queries.ts';

const DAY = '2026-02-01';
const log = createLog('test', 'silent');

/** Both databases for one test, with a source of its own so that no other test's events are in it. */
async function reporting() {
  const [reportingUrls, eventsUrls] = await Promise.all([
    workerDatabase('reporting'),
    workerDatabase('events'),
  ]);
  const bus = postgresEventBus(eventsUrls.app);
  const database = new Database(reportingUrls.worker, { max: 4 });
  onTestFinished(async () => {
    await Promise.all([bus.close(), database.end()]);
  });
  return { source: `mentions-${newId()}`, bus, database };
}

type Reporting = Awaited<ReturnType<typeof reporting>>;

/** Consumers that run until the source's event with this number is applied. */
async function consumeUntil({ source, bus, database }: Reporting, sequence: number, consumers = 1) {
  const done = Promise.withResolvers<void>();
  const watched: EventBus = {
    ...bus,
    advance: async (consumer, from, at) => {
      await bus.advance(consumer, from, at);
      if (at >= sequence) done.resolve();
    },
  };
  const options = {
    consumer: 'reporting',
    sources: { [source]: mentionsEvents },
    database,
    bus: watched,
    log,
  };
  const parts: Part[] = await Promise.all(Array.from({ length: consumers }, () => startConsumer(options)));
  await done.promise;
  await Promise.all(parts.map((part) => part.stop()));
}

const event = (type: string, tenantId: string, ...counts: CountChange[]): NewEvent => ({
  id: newId(),
  type,
  tenantId,
  time: new Date().toISOString(),
  data: { counts },
});

async function total({ database }: Reporting, tenantId: string): Promise<number> {
  const ability = abilityOf(packedRulesFor(tenantId, ['reports.read']));
  const scope = { db: database.statements(tenantId), tenantId, ability };
  const [day] = await dailyVolume(scope, { from: DAY, to: DAY });
  return day?.count ?? 0;
}

test('an event is counted once, however often it is published and read', async () => {
  const set = await reporting();
  const tenantId = newId();
  const matched = event('mention.matched', tenantId, { trackerId: newId(), day: DAY, count: 3 });
  await set.bus.append(set.source, [matched]);
  await set.bus.append(set.source, [matched]);
  await consumeUntil(set, 1);
  await set.bus.append(set.source, [matched, event('mention.matched', tenantId)]);
  await consumeUntil(set, 2);

  expect(await total(set, tenantId)).toBe(3);
});

test('two consumers at once count every event once', async () => {
  const set = await reporting();
  const tenantId = newId();
  const trackerId = newId();
  const events = Array.from({ length: 300 }, () =>
    event('mention.matched', tenantId, { trackerId, day: DAY, count: 1 }),
  );
  await set.bus.append(set.source, events);
  await consumeUntil(set, events.length, 2);

  expect(await total(set, tenantId)).toBe(events.length);
});

test('deleted posts are subtracted, and two changes of one day in one event are summed', async () => {
  const set = await reporting();
  const tenantId = newId();
  const [a, b] = [newId(), newId()];
  await set.bus.append(set.source, [
    event(
      'mention.matched',
      tenantId,
      { trackerId: a, day: DAY, count: 5 },
      { trackerId: b, day: DAY, count: 2 },
    ),
    event(
      'post.deleted',
      tenantId,
      { trackerId: a, day: DAY, count: -1 },
      { trackerId: a, day: DAY, count: -2 },
    ),
  ]);
  await consumeUntil(set, 2);

  expect(await total(set, tenantId)).toBe(4);
});

test('the gateways are told that what they keep of the numbers is old', async () => {
  const set = await reporting();
  const tenantId = newId();
  await set.bus.append(set.source, [
    event('mention.matched', tenantId, { trackerId: newId(), day: DAY, count: 1 }),
    event('mention.matched', tenantId),
  ]);
  await consumeUntil(set, 2);
  const told = await set.database
    .statements(tenantId)
    .select({ type: outbox.type, data: outbox.data })
    .from(outbox)
    .where(eq(outbox.tenantId, tenantId));
  expect(told).toEqual([{ type: INVALIDATED, data: WITH_COUNTS }]);
});

test('events of other types are passed over', async () => {
  const set = await reporting();
  const tenantId = newId();
  await set.bus.append(set.source, [
    { ...event('tracker.renamed', tenantId), data: 'anything' },
    event('mention.matched', tenantId, { trackerId: newId(), day: DAY, count: 1 }),
  ]);
  await consumeUntil(set, 2);

  expect(await total(set, tenantId)).toBe(1);
});

test.each([null, {}, { counts: [{ trackerId: 'x', day: DAY, count: 1.5 }] }])(
  'an event of another form (%j) is an error, not a loss',
  async (data) => {
    const { database } = await reporting();
    const tenantId = newId();
    const broken = { ...event('mention.matched', tenantId), source: 'mentions', sequence: 1, data };
    const apply = async () => {
      await transactionOf(database, tenantId, async (transaction) =>
        mentionsEvents['mention.matched']?.(transaction, broken),
      );
    };
    await expect(apply()).rejects.toThrow('the event has no counts');
  },
);
