import { expect, test } from 'vitest';
import { monthAfter, periodAt } from './billing-period.ts';

test.each([
  ['2026-01-15T10:30:00Z', '2026-02-15T10:30:00Z'],
  ['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['2028-01-31T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['2026-03-31T23:59:59Z', '2026-04-30T23:59:59Z'],
  ['2026-12-31T00:00:00Z', '2027-01-31T00:00:00Z'],
])('a month after %s is %s', (start, end) => {
  expect(monthAfter(new Date(start))).toEqual(new Date(end));
});

test.each([
  ['2026-01-31T00:00:00Z', '2026-02-27T23:59:59Z', '2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z', '2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z'],
  ['2026-01-31T00:00:00Z', '2027-05-01T12:00:00Z', '2027-04-30T00:00:00Z', '2027-05-31T00:00:00Z'],
  ['2026-01-15T10:30:00Z', '2026-01-15T10:30:00Z', '2026-01-15T10:30:00Z', '2026-02-15T10:30:00Z'],
  ['2026-01-15T10:30:00Z', '2025-12-20T00:00:00Z', '2025-12-15T10:30:00Z', '2026-01-15T10:30:00Z'],
])('of a subscription that began %s, %s is in the period from %s to %s', (anchor, at, start, end) => {
  const period = periodAt(new Date(anchor), new Date(at));
  expect([period.start, period.end]).toEqual([new Date(start), new Date(end)]);
});
