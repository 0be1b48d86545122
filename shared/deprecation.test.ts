import { expect, test } from 'vitest';
import { givesNotice, parseDeprecation } from './deprecation.ts';

const reasonFor = (deprecated: string, removed: string) =>
  `Use x. Deprecated ${deprecated}, removed ${removed}.`;

test('the dates stand at the end of the reason, and words may stand before', () => {
  const dates = { deprecated: new Date('2026-11-01'), removed: new Date('2027-02-01') };
  expect(parseDeprecation('Use x. Deprecated 2026-11-01, removed 2027-02-01.')).toEqual(dates);
  expect(parseDeprecation('Deprecated 2026-11-01, removed 2027-02-01.')).toEqual(dates);
});

test.each([
  undefined,
  null,
  7,
  '',
  'No longer supported',
  'Deprecated 2026-11-01.',
  'Use x. deprecated 2026-11-01, removed 2027-02-01.',
  'Use x. Deprecated 2026-11-01, removed 2027-02-01',
  'Use x. Deprecated 2026-11-01, removed 2027-02-01. Sorry.',
  'Use x. Deprecated 2026-11-1, removed 2027-02-01.',
  'NotDeprecated 2026-11-01, removed 2027-02-01.',
  'Deprecated 2026-11-01, removed 2027-02-30.',
  'Deprecated 2026-13-01, removed 2027-02-01.',
  'Deprecated 2027-02-01, removed 2026-11-01.',
])('%j has no dates', (reason) => {
  expect(parseDeprecation(reason)).toBeUndefined();
});

test.each([
  ['2026-11-01', '2027-01-30', true],
  ['2026-11-01', '2027-01-29', false],
  ['2026-11-01', '2026-11-01', false],
])('from %s to %s is notice enough: %s', (deprecated, removed, enough) => {
  const dates = parseDeprecation(reasonFor(deprecated, removed));
  expect(dates && givesNotice(dates)).toBe(enough);
});
