import { newId } from '@chorus/shared/id.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { keyUses } from './key-uses.ts';

/** Uses noted under a clock that the test holds. */
function noting() {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: Parameters<Parameters<typeof keyUses>[0]>[0][] = [];
  const note = keyUses((event) => void told.push(event));
  const ids = () => told.map(({ data }) => (data as { id: string }).id);
  return { note, told, ids };
}

const use = (id: string, tenantId = newId()) => ({ tenantId, id, address: '203.0.113.9' });

test('a use is told, with when and from where', () => {
  const { note, told } = noting();
  const [tenantId, at] = [newId(), new Date().toISOString()];
  note(use('k', tenantId));
  expect(told).toEqual([{ type: 'api-key.used', tenantId, data: { id: 'k', at, address: '203.0.113.9' } }]);
});

test('a busy key is told once a minute, and each key for itself', () => {
  const { note, ids } = noting();
  const [one, two] = [use('one'), use('two')];
  for (let second = 0; second < 130; second += 1) {
    note(one);
    note(two);
    vi.setSystemTime(Date.now() + 1_000);
  }
  expect(ids().filter((id) => id === 'one')).toHaveLength(3);
  expect(ids().filter((id) => id === 'two')).toHaveLength(3);
});

test('a gateway that stops tells what it still knows', async () => {
  const { gateway, bus, as, apiKey, tenantId } = await productGateway();
  const [used, refused] = [apiKey(), apiKey({ active: false })];
  await as(used.key);
  await as(refused.key);
  await gateway.stop();
  const uses = bus.appended.filter(({ event }) => event.type === 'api-key.used');
  expect(uses).toMatchObject([
    { source: 'gateway', event: { tenantId, data: { id: used.id, address: '127.0.0.1' } } },
  ]);
});
