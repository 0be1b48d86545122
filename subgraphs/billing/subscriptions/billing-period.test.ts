import { expect, test } from 'vitest';
import { monthAfter } from './billing-period.ts';

test.each([
  ['2026-01-15T10:30:00Z', '2026-02-15T10:30:00Z'],
  ['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['2028-01-31T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['2026-03-31T23:59:59Z', '2026-04-30T23:59:59Z'],
  ['2026-12-31T00:00:00Z', '2027-01-31T00:00:00Z'],
])('a month after %s is %s', (start, end) => {
  expect(monthAfter(new Date(start))).toEqual(new Date(end));
});
