import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED, ofTypes } from '@chorus/shared/invalidation.ts';
import { createLog } from '@chorus/shared/log.ts';
import { cable } from '@chorus/tests/harness/cable.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { busOthers } from './bus-others.ts';
import type { Forgetting } from './forget.ts';

const WHAT = ofTypes('mentions', ['Mention']);

test('what was told while a gateway could not reach the bus is forgotten as soon as it can, and nothing older is sure', async () => {
  const { app } = await workerDatabase('events');
  const direct = postgresEventBus(app);
  const link = cable(new URL(app));
  const through = new URL(app);
  through.port = String(await link.mend());
  const bus = postgresEventBus(through.href);
  const forgotten: Forgetting[] = [];
  const others = busOthers(bus, (forgetting) => void forgotten.push(forgetting), createLog('test', 'silent'));
  onTestFinished(async () => {
    await others.stop();
    await Promise.all([bus.close(), direct.close()]);
    await link.cut();
  });
  const tell = async () => {
    const tenantId = newId();
    const time = new Date().toISOString();
    await direct.append('mentions', [{ id: newId(), type: INVALIDATED, tenantId, time, data: WHAT }]);
    return { owner: `tenant ${tenantId}`, what: WHAT, isOld: true };
  };
  const heard = (is: boolean) =>
    vi.waitFor(() => expect(others.heardSince() < Infinity).toBe(is), { timeout: 15_000, interval: 20 });

  await heard(true);
  const first = await tell();
  await vi.waitFor(() => expect(forgotten).toEqual([first]), { timeout: 5_000, interval: 10 });
  const before = performance.now();
  await link.cut();
  const second = await tell();
  await heard(false);
  await link.mend();
  await heard(true);
  expect(forgotten).toEqual([first, second]);
  expect(others.heardSince()).toBeGreaterThan(before);
});
