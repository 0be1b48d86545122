import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED, ofTypes } from '@chorus/shared/invalidation.ts';
import { createLog } from '@chorus/shared/log.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryBus, type MemoryBus } from '../testing-bus.ts';
import { busOthers } from './bus-others.ts';
import type { Forgetting } from './forget.ts';

/** Machines can be slow. */
const patiently = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 10 });

/** A gateway on a bus, and what it was told to forget. */
async function onBus(bus: MemoryBus) {
  const forgotten: Forgetting[] = [];
  const others = busOthers(bus, (forgetting) => void forgotten.push(forgetting), createLog('test', 'silent'));
  onTestFinished(() => others.stop());
  await patiently(() => expect(others.heardSince()).toBeLessThan(Infinity));
  return { ...others, forgotten };
}

/** What a service says of a tenant. */
const told = (tenantId: string, data: unknown, type = INVALIDATED) => ({
  id: newId(),
  type,
  tenantId,
  time: new Date().toISOString(),
  data,
});

const POSTS = ofTypes('mentions', ['Mention']);

/** The last thing that anybody tells, so that all before it was heard. */
async function everythingHeard(bus: MemoryBus, { forgotten }: { forgotten: Forgetting[] }) {
  const last = newId();
  await bus.append('last', [told(last, POSTS)]);
  await patiently(() => expect(forgotten.at(-1)?.owner).toBe(`tenant ${last}`));
  forgotten.pop();
}

test('what services tell is forgotten of their tenant or of everybody, as something old', async () => {
  const bus = memoryBus();
  const [tenantId, before] = [newId(), newId()];
  await bus.append('mentions', [told(before, POSTS)]);
  const gateway = await onBus(bus);
  await bus.append('mentions', [told(tenantId, POSTS), told(tenantId, {}, 'mention.matched')]);
  await bus.append('billing', [told(GLOBAL, POSTS)]);
  await everythingHeard(bus, gateway);
  expect(gateway.forgotten).toEqual([
    { owner: `tenant ${tenantId}`, what: POSTS, isOld: true },
    { what: POSTS, isOld: true },
  ]);
});

test('of a tenant that something unknown is told of everything is forgotten', async () => {
  const bus = memoryBus();
  const gateway = await onBus(bus);
  const [one, other] = [newId(), newId()];
  const tooMany = Array.from({ length: 101 }, () => POSTS).flat();
  await bus.append('mentions', [told(one, { kind: 'mood' }), told(other, tooMany)]);
  await bus.append('gateway', [told(GLOBAL, { from: newId(), what: 'all' }, 'cache.forgotten')]);
  await everythingHeard(bus, gateway);
  expect(gateway.forgotten).toEqual([{ owner: `tenant ${one}` }, { owner: `tenant ${other}` }, {}]);
});

test('what is told many times at one moment is forgotten once', async () => {
  const bus = memoryBus();
  const gateway = await onBus(bus);
  const tenantId = newId();
  await bus.append(
    'mentions',
    Array.from({ length: 1_200 }, () => told(tenantId, POSTS)),
  );
  await everythingHeard(bus, gateway);
  expect(gateway.forgotten).toHaveLength(3);
  expect(new Set(gateway.forgotten.map((one) => JSON.stringify(one))).size).toBe(1);
});

test('a gateway hears what the others forget, and not what it told itself', async () => {
  const bus = memoryBus();
  const [one, other] = await Promise.all([onBus(bus), onBus(bus)]);
  one.tell({ owner: 'tenant a' });
  one.tell({ what: POSTS });
  other.tell({});
  await patiently(() => expect(one.forgotten).toEqual([{}]));
  await patiently(() => expect(other.forgotten).toEqual([{ owner: 'tenant a' }, { what: POSTS }]));
});

test('what is told while the bus is away waits for it; of too much the others forget all', async () => {
  const bus = memoryBus();
  const [one, many, other] = await Promise.all([onBus(bus), onBus(bus), onBus(bus)]);
  bus.reachable(false);
  one.tell({ owner: 'tenant a' });
  one.tell({ owner: 'tenant a' });
  for (let tenant = 0; tenant <= 1_000; tenant += 1) many.tell({ owner: `tenant ${tenant}` });
  bus.reachable(true);
  await patiently(() => expect(other.forgotten).toHaveLength(2));
  expect(other.forgotten).toEqual(expect.arrayContaining([{ owner: 'tenant a' }, {}]));
});

test('after a second of silence nothing is sure, until the bus is heard again', async () => {
  const bus = memoryBus();
  const { heardSince } = await onBus(bus);
  const since = heardSince();
  bus.beating(false);
  expect(heardSince()).toBe(since);
  await patiently(() => expect(heardSince()).toBe(Infinity));
  bus.beating(true);
  await patiently(() => expect(heardSince()).toBe(since));
});

test('a connection that was lost makes unsure what was kept before, and nothing of what was told meanwhile is missed', async () => {
  const bus = memoryBus();
  const gateway = await onBus(bus);
  const before = performance.now();
  bus.reachable(false);
  const read = vi.spyOn(bus, 'read').mockRejectedValue(new Error('not yet'));
  bus.reachable(true);
  await bus.append('mentions', [told(GLOBAL, POSTS)]);
  await patiently(() => expect(read.mock.calls.length).toBeGreaterThan(1));
  expect(gateway.heardSince()).toBe(Infinity);
  read.mockRestore();
  await patiently(() => expect(gateway.heardSince()).toBeLessThan(Infinity));
  expect(gateway.heardSince()).toBeGreaterThan(before);
  expect(gateway.forgotten).toEqual([{ what: POSTS, isOld: true }]);
});

test('a source that numbers its events anew is read from its beginning', async () => {
  const bus = memoryBus();
  const positions = vi.spyOn(bus, 'positions').mockResolvedValueOnce(new Map([['mentions', 90]]));
  const gateway = await onBus(bus);
  expect(positions).toHaveBeenCalled();
  await bus.append('mentions', [told(GLOBAL, POSTS)]);
  await patiently(() => expect(gateway.forgotten).toEqual([{ what: POSTS, isOld: true }]));
});
