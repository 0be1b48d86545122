import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { Allowance } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { memoryBus } from '../testing-bus.ts';
import { leases, type Leases } from './leases.ts';

const log = createLog('t', 'silent');
const allowance = (limit: number, change: Partial<Allowance> = {}): Allowance => ({
  tenantId: newId(),
  meter: 'operations',
  period: '2026-11',
  limit,
  ...change,
});

/** How many of so many at once may. */
async function passing({ spend }: Leases, of: Allowance, times: number, amount = 1): Promise<number> {
  const may = await Promise.all(Array.from({ length: times }, async () => spend(of, amount)));
  return may.filter(Boolean).length;
}

test('of 5,000 who come at once exactly as many pass as the limit has', async () => {
  const of = allowance(1_234);
  expect(await passing(leases(memoryBus(), log), of, 5_000)).toBe(1_234);
});

test('whatever operations cost and whoever takes them, gateways together never pass the limit, and leave a part each at most', async () => {
  const counts = fc.array(
    fc.record({ gateway: fc.nat({ max: 3 }), amount: fc.integer({ min: 1, max: 40 }) }),
    {
      minLength: 100,
      maxLength: 600,
    },
  );
  await fc.assert(
    fc.asyncProperty(counts, fc.integer({ min: 1, max: 3_000 }), async (asked, limit) => {
      const bus = memoryBus();
      const of = allowance(limit);
      const all = Array.from({ length: 4 }, () => leases(bus, log));
      const may = await Promise.all(
        asked.map(async ({ gateway, amount }) => ((await all[gateway]?.spend(of, amount)) ? amount : 0)),
      );
      const used = may.reduce((sum, amount) => sum + amount, 0);
      const wanted = asked.reduce((sum, { amount }) => sum + amount, 0);
      expect(used).toBeLessThanOrEqual(limit);
      // Whoever is refused wanted more than is left, besides what the others hold.
      const part = Math.max(40, Math.ceil(limit / 100));
      expect(used).toBeGreaterThanOrEqual(Math.min(wanted, limit - 4 * part - 40));
    }),
    { numRuns: 60 },
  );
});

test('gateways on a real bus share a limit exactly, however many ask at once', async () => {
  const { app } = await workerDatabase('events');
  const buses = Array.from({ length: 3 }, () => postgresEventBus(app));
  onTestFinished(async () => void (await Promise.all(buses.map((bus) => bus.close()))));
  const all = buses.map((bus) => leases(bus, log));
  const of = allowance(2_000);
  const passed = await Promise.all(all.map((one) => passing(one, of, 1_500)));
  const sum = passed.reduce((total, count) => total + count, 0);
  expect(sum).toBeLessThanOrEqual(2_000);
  expect(sum).toBeGreaterThan(2_000 - 3 * 20);
  await Promise.all(all.map((one) => one.stop()));
  const rest = leases(buses[0] ?? memoryBus(), log);
  expect(await passing(rest, of, 100)).toBe(2_000 - sum);
});

test('another month begins with nothing used, and what was used before is not looked at again', async () => {
  const { app } = await workerDatabase('events');
  const bus = postgresEventBus(app);
  onTestFinished(() => bus.close());
  const one = leases(bus, log);
  const of = allowance(10);
  expect(await passing(one, of, 20)).toBe(10);
  expect(await passing(one, { ...of, period: '2026-12' }, 20)).toBe(10);
  expect(await bus.take(of, 5)).toBe(5);
});

test('a limit that is raised is there at once, and one that is lowered gives nothing more', async () => {
  const one = leases(memoryBus(), log);
  const of = allowance(10);
  expect(await passing(one, of, 20)).toBe(10);
  expect(await passing(one, { ...of, limit: 15 }, 20)).toBe(5);
  expect(await passing(one, { ...of, limit: 5 }, 20)).toBe(0);
});

test('while the bus is away a gateway uses what it has, and then nobody can say', async () => {
  const bus = memoryBus();
  const one = leases(bus, log);
  const of = allowance(1_000);
  expect(await one.spend(of, 1)).toBe(true);
  bus.reachable(false);
  expect(await passing(one, of, 9)).toBe(9);
  await expect(one.spend(of, 1)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  bus.reachable(true);
  expect(await one.spend(of, 1)).toBe(true);
});

test('who is refused is not asked for again and again', async () => {
  const bus = memoryBus();
  let taken = 0;
  const counting = { ...bus, take: (of: Allowance, amount: number) => ((taken += 1), bus.take(of, amount)) };
  let now = 0;
  const one = leases(counting, log, () => now);
  const of = allowance(1);
  await one.spend(of, 1);
  for (let n = 0; n < 50; n += 1) expect(await one.spend(of, 1)).toBe(false);
  expect(taken).toBe(2);
  now += 1_000;
  await one.spend(of, 1);
  expect(taken).toBe(3);
});
