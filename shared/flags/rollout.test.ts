import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callerWith, decideOnce, flagWith } from './testing.ts';

const isIn = (percent: number, tenantId: string, key = 'a_flag', user = 'ann') =>
  decideOnce(flagWith({ key, rollout: { variant: 'on', percent } }), callerWith({ tenantId, user })).on;

test('a rollout that grows never takes a tenant out again', () => {
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(fc.uuid(), percent, percent, (tenantId, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(!isIn(less, tenantId) || isIn(more, tenantId)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('nobody is in at 0, everybody at 100, and all people of a tenant are in together', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (tenantId, user) => {
      expect([isIn(0, tenantId), isIn(100, tenantId)]).toEqual([false, true]);
      expect(isIn(50, tenantId, 'a_flag', user)).toBe(isIn(50, tenantId));
    }),
  );
});

test('of many tenants about as many are in as the percentage says, and not the same for each flag', () => {
  const tenants = Array.from({ length: 2_000 }, (_, index) => `tenant-${index}`);
  const inOf = (key: string) => tenants.filter((tenantId) => isIn(20, tenantId, key));
  const [one, other] = [inOf('a_flag'), inOf('b_flag')];
  for (const tenantIds of [one, other]) expect(Math.abs(tenantIds.length / 2_000 - 0.2)).toBeLessThan(0.03);
  expect(one.filter((tenantId) => other.includes(tenantId)).length).toBeLessThan(one.length / 2);
});
