import { startBatchConsumer } from '@chorus/db/batch-consumer.ts';
import { Database } from '@chorus/db/database.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { OPERATION_EXECUTED } from '@chorus/shared/operation-executed.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { countOperations } from './operations.events.ts';
import { tenantUsage } from './testing.ts';

/** Billing and the bus for one test, with a source of its own so that no other test's events are in it. */
async function listening() {
  const [billingUrls, eventsUrls] = await Promise.all([workerDatabase('billing'), workerDatabase('events')]);
  const bus = postgresEventBus(eventsUrls.app);
  const database = new Database(billingUrls.worker, { max: 4 });
  onTestFinished(() => Promise.all([bus.close(), database.end()]).then(() => undefined));
  const source = `operations-${newId()}`;
  const log = createLog('test', 'silent');
  const options = { consumer: 'billing', source, type: OPERATION_EXECUTED, apply: countOperations };
  const start = (changed: Partial<EventBus> = {}) =>
    startBatchConsumer({ ...options, database, bus: { ...bus, ...changed }, log });
  /** Consumes until the source's event with this number is applied. */
  const consumeUntil = async (sequence: number) => {
    const done = Promise.withResolvers<void>();
    const advance: EventBus['advance'] = async (_consumer, _source, at) =>
      void (at >= sequence && done.resolve());
    const part = await start({ advance });
    await done.promise;
    await part.stop();
  };
  return { bus, database, source, log, start, consumeUntil };
}

const executed = (tenantId: string, data: object = {}): NewEvent => ({
  id: newId(),
  type: OPERATION_EXECUTED,
  tenantId,
  time: new Date().toISOString(),
  data: { caller: 'key', subject: 'robot', cost: 2, ...data },
});

test('operations of several tenants are counted for each, in costs, calls and members', async () => {
  const { bus, database, source, consumeUntil } = await listening();
  const [acme, globex] = [tenantUsage(database), tenantUsage(database)];
  const member = (subject: string, cost: number) => ({ caller: 'member', subject, cost });
  await bus.append(source, [
    executed(acme.tenantId),
    executed(globex.tenantId, { cost: 0.1 + 0.2 }),
    executed(acme.tenantId, member('ann', 5)),
    { ...executed(acme.tenantId), type: 'another', data: {} },
    executed(acme.tenantId, member('ann', 0)),
  ]);
  await consumeUntil(5);
  expect(await acme.totals()).toEqual({ operations: '7', api_calls: '1', active_members: '1' });
  expect(await globex.totals()).toEqual({ operations: '0.3', api_calls: '1' });
});

test('more than a batch is counted, and what is published again is not', async () => {
  const { bus, database, source, consumeUntil } = await listening();
  const { tenantId, totals } = tenantUsage(database);
  const events = Array.from({ length: 1_200 }, () => executed(tenantId));
  await bus.append(source, events);
  await bus.append(source, events.slice(0, 50));
  await consumeUntil(1_200);
  expect(await totals()).toMatchObject({ api_calls: '1200' });
});

test('a worker that dies after a batch was written goes on behind it', async () => {
  const { bus, database, source, start, consumeUntil } = await listening();
  const { tenantId, totals } = tenantUsage(database);
  await bus.append(source, [executed(tenantId), executed(tenantId)]);
  const died = Promise.withResolvers<void>();
  const part = await start({
    advance: () => {
      died.resolve();
      return Promise.reject(new Error('killed'));
    },
  });
  await died.promise;
  await part.stop();
  await bus.append(source, [executed(tenantId)]);
  await consumeUntil(3);
  expect(await totals()).toMatchObject({ api_calls: '3' });
});

test('two workers at once count every operation once', async () => {
  const { bus, database, source, start } = await listening();
  const { tenantId, totals } = tenantUsage(database);
  await bus.append(
    source,
    Array.from({ length: 1_500 }, () => executed(tenantId)),
  );
  const parts = await Promise.all([start(), start()]);
  await vi.waitFor(async () => expect(await totals()).toMatchObject({ api_calls: '1500' }), {
    timeout: 20_000,
  });
  await Promise.all(parts.map((part) => part.stop()));
  expect(await totals()).toMatchObject({ api_calls: '1500' });
});

test('an event of another form is an error, and nothing of its batch is lost or counted', async () => {
  const { bus, database, source, log, start } = await listening();
  const { tenantId, totals } = tenantUsage(database);
  const told = vi.spyOn(log, 'error');
  await bus.append(source, [executed(tenantId), executed(tenantId, { cost: -1 })]);
  const part = await start();
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 10_000 });
  await part.stop();
  expect(await totals()).toEqual({});
});
