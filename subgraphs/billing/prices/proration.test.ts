import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOf } from './proration.ts';

const period = { start: new Date('2026-04-01T00:00:00Z'), end: new Date('2026-05-01T00:00:00Z') };
const half = new Date('2026-04-16T00:00:00Z');

test('half of a month costs half of its price, and what was used is the other half', () => {
  expect(partOf(4900n, period, half, period.end)).toBe(2450n);
  expect(partOf(4900n, period, period.start, half)).toBe(2450n);
});

test('a single second has its price', () => {
  const next = new Date(half.getTime() + 1000);
  expect(partOf(2_592_000n, period, half, next)).toBe(1n);
  expect(partOf(2_592_000n, period, half, half)).toBe(0n);
});

test('before its beginning and behind its end a period costs nothing', () => {
  const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
  expect(partOf(100n, period, early, period.start)).toBe(0n);
  expect(partOf(100n, period, period.end, late)).toBe(0n);
  expect(partOf(100n, period, early, late)).toBe(100n);
});

test('a period without a length has no parts', () => {
  expect(() => partOf(1n, { start: half, end: half }, half, half)).toThrow(RangeError);
});

test('however a period is cut, its parts are together exactly its amount, and none has the other sign', () => {
  const seconds = (period.end.getTime() - period.start.getTime()) / 1000;
  const cuts = fc.array(fc.integer({ min: 0, max: seconds }), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (at, amount) => {
      const moments = [0, ...at.toSorted((a, b) => a - b), seconds].map(
        (passed) => new Date(period.start.getTime() + passed * 1000),
      );
      const parts = moments.slice(1).map((to, index) => partOf(amount, period, moments[index] ?? to, to));
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
      expect(parts.every((part) => part * amount >= 0n)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
