import { startConsumer } from '@chorus/db/consumer.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { outbox } from '@chorus/db/outbox.table.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { BusRecord, EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { createLog } from '@chorus/shared/log.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { WITH_SUBSCRIPTION } from '../outdated.ts';
import { accountsEvents } from './subscriptions.events.ts';
import { subscribedPlan } from './subscriptions.queries.ts';
import { writeBillingRecord } from './subscriptions.records.ts';
import { subscribeOnce } from './subscriptions.service.ts';

const log = createLog('test', 'silent');

async function billing() {
  const [billingUrls, eventsUrls] = await Promise.all([workerDatabase('billing'), workerDatabase('events')]);
  const bus = postgresEventBus(eventsUrls.app);
  const database = new Database(billingUrls.worker, { max: 4 });
  onTestFinished(async () => {
    await Promise.all([bus.close(), database.end()]);
  });
  const planOf = (tenantId: string) => subscribedPlan({ db: database.statements(tenantId), tenantId });
  return { bus, database, planOf, workerUrl: billingUrls.worker };
}

const tenantChanged = (tenantId: string): NewEvent => ({
  id: newId(),
  type: 'tenant.changed',
  tenantId,
  time: '2026-02-01T10:00:00.000Z',
  data: {},
});

test('a tenant that accounts speaks of gets the free plan once, and keeps any other plan', async () => {
  const { bus, database, planOf } = await billing();
  const source = `accounts-${newId()}`;
  const [fresh, paying] = [newId(), newId()];
  const start = new Date();
  await transactionOf(database, paying, (transaction) =>
    subscribeOnce(transaction, { plan: 'business', seats: 50, start }),
  );
  await bus.append(source, [tenantChanged(fresh), tenantChanged(paying), tenantChanged(fresh)]);

  const done = Promise.withResolvers<void>();
  const watched: EventBus = {
    ...bus,
    advance: async (_consumer, _source, at) => void (at >= 3 && done.resolve()),
  };
  const sources = { [source]: accountsEvents };
  const consumer = await startConsumer({ consumer: 'billing', sources, database, bus: watched, log });
  await done.promise;
  await consumer.stop();

  expect(await planOf(fresh)).toMatchObject({
    planKey: 'free',
    planVersion: 1,
    features: [],
    seats: 5,
    version: 1,
  });
  expect(await planOf(paying)).toMatchObject({ planKey: 'business', version: 1 });
});

test('a new subscription writes the billing record before its event is published', async () => {
  const { bus, database, workerUrl } = await billing();
  const tenantId = newId();
  const published = Promise.withResolvers<BusRecord | undefined>();
  const watched: EventBus = {
    ...bus,
    append: async (source, events) => {
      const mine = events.some((event) => event.tenantId === tenantId && event.type === 'tenant.changed');
      if (mine) published.resolve(await bus.record('billing', tenantId));
      await bus.append(source, events);
    },
  };
  const relay = await startRelay({
    source: 'billing',
    workerUrl,
    bus: watched,
    log,
    beforePublish: (event) => writeBillingRecord(database, watched, event),
  });
  onTestFinished(() => relay.stop());
  await transactionOf(database, tenantId, (transaction) =>
    subscribeOnce(transaction, { plan: 'starter', seats: 10, start: new Date() }),
  );

  expect(await published.promise).toEqual({
    kind: 'billing',
    tenantId,
    version: 1,
    body: {
      plan: 'starter',
      seats: 10,
      entitlements: [],
      upgrades: { share_of_voice: 'business', busiest_day: 'business' },
      planVersion: 1,
      currency: 'EUR',
      quota: { limit: 200_000_000, hard: true, spares: ['accounts', 'billing'], upgrade: 'business' },
    },
  });
});

test('the gateways are told of a subscription that begins, and of nothing when there is one already', async () => {
  const { database } = await billing();
  const tenantId = newId();
  const subscribe = () =>
    transactionOf(database, tenantId, (transaction) =>
      subscribeOnce(transaction, { plan: 'starter', seats: 10, start: new Date() }),
    );
  await subscribe();
  await subscribe();
  const told = await database
    .statements(tenantId)
    .select({ data: outbox.data })
    .from(outbox)
    .where(and(eq(outbox.tenantId, tenantId), eq(outbox.type, INVALIDATED)));
  expect(told).toEqual([{ data: WITH_SUBSCRIPTION }]);
});

test('a tenant without a subscription has no billing record', async () => {
  const { bus, database } = await billing();
  const tenantId = newId();
  await writeBillingRecord(database, bus, tenantChanged(tenantId));
  expect(await bus.record('billing', tenantId)).toBeUndefined();
});
