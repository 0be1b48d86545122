import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { cable } from '@chorus/tests/harness/cable.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchRecords } from './records.ts';

test('records are confirmed again, and fresh, as soon as the bus is back', async () => {
  const { app } = await workerDatabase('events');
  const direct = postgresEventBus(app);
  const link = cable(new URL(app));
  const through = new URL(app);
  through.port = String(await link.mend());
  await link.cut();

  const bus = postgresEventBus(through.href);
  const records = watchRecords(bus, createLog('test', 'silent'));
  onTestFinished(async () => {
    await records.stop();
    await Promise.all([bus.close(), direct.close()]);
    await link.cut();
  });
  const tenantId = newId();
  const put = (version: number) =>
    direct.putRecord({ kind: 'accounts', tenantId, version, body: { version } });
  const version = async () => (await records.get('accounts', tenantId))?.version;
  const confirmed = (is: boolean) =>
    vi.waitFor(() => expect(records.confirmed()).toBe(is), { timeout: 15_000, interval: 20 });

  await put(1);
  await expect(records.get('accounts', tenantId)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  await link.mend();
  await confirmed(true);
  expect(await version()).toBe(1);

  await put(2);
  await vi.waitFor(async () => expect(await version()).toBe(2), { timeout: 1000, interval: 10 });

  await link.cut();
  await put(3);
  await confirmed(false);
  expect(await version()).toBe(2);
  await link.mend();
  await confirmed(true);
  expect(await version()).toBe(3);
});
