import { readFileSync } from 'node:fs';
import { hasRealData, realData } from '@chorus/tests/harness/data.ts';
import { expect, test } from 'vitest';
import { parseRfc3339, parseSpacedTime } from './datetime.ts';

const casesOf = (file: string): string[] =>
  readFileSync(realData(`text/${file}`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

test.skipIf(!hasRealData)('every time that the protocol allows is read', () => {
  const cases = casesOf('datetime_syntax_valid.txt');
  expect(cases).toHaveLength(33);
  expect(cases.filter((text) => parseRfc3339(text) === undefined)).toEqual([]);
});

test.skipIf(!hasRealData).each([
  ['datetime_syntax_invalid.txt', 46],
  ['datetime_parse_invalid.txt', 6],
])('no time of %s is read', (file, count) => {
  const cases = casesOf(file);
  expect(cases).toHaveLength(count);
  expect(cases.filter((text) => parseRfc3339(text) !== undefined)).toEqual([]);
});

test.each([
  ['2026-07-04T14:38:08.420Z', '2026-07-04T14:38:08.420Z'],
  ['2026-07-04T14:38:08.4209999+02:00', '2026-07-04T12:38:08.420Z'],
  ['2026-07-04T00:30:00-01:45', '2026-07-04T02:15:00.000Z'],
])('%s is %s', (text, utc) => {
  expect(parseRfc3339(text)?.toISOString()).toBe(utc);
});

test.each([
  '2026-02-30T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+24:00',
])('%s does not exist', (text) => {
  expect(parseRfc3339(text)).toBeUndefined();
});

test('times of exports need their offset', () => {
  expect(parseSpacedTime('2015-02-24 11:35:52 -0800')?.toISOString()).toBe('2015-02-24T19:35:52.000Z');
  expect(parseSpacedTime('2015-02-24 11:35:52')).toBeUndefined();
  expect(parseSpacedTime('2/24/2015 11:35')).toBeUndefined();
});
