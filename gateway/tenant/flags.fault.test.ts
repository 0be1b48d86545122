import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { cable } from '@chorus/tests/harness/cable.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { flagReader } from './flags.ts';
import { watchRecords } from './records.ts';
import { callerWith } from '@chorus/shared/flags/testing.ts';

test('a kill is heard within a second, stays while the database is away, and ends when that is back', async () => {
  const { app } = await workerDatabase('events');
  const direct = postgresEventBus(app);
  const link = cable(new URL(app));
  const through = new URL(app);
  through.port = String(await link.mend());
  const bus = postgresEventBus(through.href);
  const records = watchRecords(bus, createLog('test', 'silent'));
  onTestFinished(async () => {
    await records.stop();
    await Promise.all([bus.close(), direct.close()]);
    await link.cut();
  });
  const read = flagReader(records);
  const tenantId = newId();
  const caller = callerWith({ tenantId, entitlements: ['exports'] });
  const layer = async () => (await read(tenantId)).flags.decide('exports', caller).layer;
  const { exports } = flagsOfPlans(['exports']).flags as { exports: object };
  let version = Date.now();
  const put = (killed: boolean) => {
    version += 1;
    return direct.putRecord({
      kind: 'flags',
      tenantId: GLOBAL,
      version,
      body: { flags: { exports: { ...exports, killed } } },
    });
  };
  const confirmed = (is: boolean) =>
    vi.waitFor(() => expect(records.confirmed()).toBe(is), { timeout: 15_000, interval: 20 });

  await put(false);
  await confirmed(true);
  expect(await layer()).toBe('plan');
  await put(true);
  await vi.waitFor(async () => expect(await layer()).toBe('global-kill'), { timeout: 1000, interval: 10 });
  await link.cut();
  await put(false);
  await confirmed(false);
  expect(await layer()).toBe('global-kill');
  await link.mend();
  await confirmed(true);
  expect(await layer()).toBe('plan');
});
