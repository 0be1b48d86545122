import { createLog } from '@chorus/shared/log.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryBus } from '../testing.ts';
import { productGateway } from '../testing-product.ts';
import { keyUses } from './key-uses.ts';

/** Uses noted under a clock that the test holds. */
function noting() {
  vi.useFakeTimers({
    toFake: ['Date', 'setInterval', 'clearInterval'],
  });
  onTestFinished(() => void vi.useRealTimers());
  const bus = memoryBus();
  const uses = keyUses(bus, createLog('test', 'silent'));
  const told = () => bus.appended.map(({ event }) => (event.data as { id: string }).id);
  return { bus, uses, told };
}

const use = (id: string, tenantId = newId()) => ({ tenantId, id, address: '203.0.113.9' });

test('a use is told within seconds, with when and from where', async () => {
  const { bus, uses } = noting();
  const [tenantId, at] = [newId(), new Date().toISOString()];
  uses.note(use('k', tenantId));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(bus.appended).toMatchObject([
    {
      source: 'gateway',
      event: { type: 'api-key.used', tenantId, time: at, data: { id: 'k', at, address: '203.0.113.9' } },
    },
  ]);
});

test('a busy key is told once a minute, and each key for itself', async () => {
  const { uses, told } = noting();
  const [one, two] = [use('one'), use('two')];
  for (let second = 0; second < 130; second += 1) {
    uses.note(one);
    uses.note(two);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(told().filter((id) => id === 'one')).toHaveLength(3);
  expect(told().filter((id) => id === 'two')).toHaveLength(3);
});

test('while the bus is away uses wait, as many as there is room for, and none is told twice', async () => {
  const { bus, uses, told } = noting();
  bus.reachable(false);
  for (let index = 0; index < 10_100; index += 1) uses.note(use(String(index)));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(told()).toEqual([]);
  bus.reachable(true);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(told()).toHaveLength(10_000);
  expect(new Set(told()).size).toBe(10_000);
});

test('a gateway stops also while the bus is away', async () => {
  const { bus, uses, told } = noting();
  bus.reachable(false);
  uses.note(use('k'));
  await uses.stop();
  expect(told()).toEqual([]);
});

test('a gateway that stops tells what it still knows', async () => {
  const { gateway, bus, as, apiKey, tenantId } = await productGateway();
  const [used, refused] = [apiKey(), apiKey({ active: false })];
  await as(used.key);
  await as(refused.key);
  await gateway.stop();
  expect(bus.appended).toMatchObject([
    { source: 'gateway', event: { tenantId, data: { id: used.id, address: '127.0.0.1' } } },
  ]);
});
