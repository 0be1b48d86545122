import { expect, test } from 'vitest';
import { isRefused, usageEvent, type SentEvent } from './cloud-event.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');

const sent = (change: Partial<SentEvent> = {}): SentEvent => ({
  id: '1',
  source: 'exporter',
  type: 'export.finished',
  time: '2026-03-10T11:00:00Z',
  data: { rows: 5 },
  ...change,
});

/** The part that is wrong, or none. */
const refusedPart = (change: Partial<SentEvent>): string | undefined => {
  const checked = usageEvent(sent(change), NOW);
  return isRefused(checked) ? checked.part : undefined;
};

const rows = (value: unknown) => ({ data: { rows: value } });
const minutes = (value: unknown) => ({ type: 'media.analysed', data: { minutes: value } });

test('an event is taken as it was told, and what it leaves out is filled in', () => {
  const time = new Date('2026-03-10T11:00:00Z');
  const taken = { id: '1', source: 'exporter', type: 'export.finished', subject: null };
  expect(usageEvent(sent(), NOW)).toEqual({ ...taken, time, data: { rows: 5 } });
  const bare = { id: '1', source: 'exporter', type: 'anything' };
  const arrived = { ...taken, type: 'anything', time: new Date(NOW), data: null };
  expect(usageEvent(bare, NOW)).toEqual(arrived);
});

test.each<[string, Partial<SentEvent>]>([
  ['one', rows(1)],
  ['the largest', rows(999_999_999_999)],
  ['a string', rows('12')],
  ['parts of a unit where they count', minutes(0.1)],
  ['every digit there is', minutes('999999999999.999999')],
  ['five minutes ahead', { time: '2026-03-10T12:05:00Z' }],
  ['another zone', { time: '2026-03-10T13:04:00.123456789+01:00' }],
  ['small letters', { time: '2026-03-10t11:00:00z' }],
  ['a leap day', { time: '2025-03-12T00:00:00-23:59' }],
  ['four levels', { type: 'x', data: { a: { b: { c: 1 } } } }],
  ['names of 255 characters', { type: 'x', id: 'i'.repeat(255), source: 's'.repeat(255) }],
])('%s is taken', (_, change) => {
  expect(refusedPart(change)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['zero', 0],
  ['zero with decimals', '0.000'],
  ['a negative number', -1],
  ['a negative string', '-1'],
  ['more than 12 digits', 1_000_000_000_000],
  ['a number beyond all digits', 1e21],
  ['a part of a whole unit', 1.5],
  ['a part of a whole unit in a string', '1.0'],
  ['words', 'many'],
  ['an empty string', ''],
  ['a hexadecimal number', '0x10'],
  ['leading zeros', '007'],
  ['a list', [1]],
  ['true', true],
])('%s is no quantity of whole units', (_, value) => {
  expect(refusedPart(rows(value))).toBe('QUANTITY');
});

test('a quantity has six decimals at most, and one with more digits than JSON keeps is a string', () => {
  expect(refusedPart(minutes(0.000_000_1))).toBe('QUANTITY');
  expect(refusedPart(minutes('0.0000001'))).toBe('QUANTITY');
  expect(refusedPart(minutes(123_456_789_012.1234))).toBe('QUANTITY');
  expect(refusedPart(minutes('123456789012.1234'))).toBeUndefined();
});

test.each<[string, Partial<SentEvent>]>([
  ['SPECVERSION', { specversion: '0.3' }],
  ['ID', { id: '' }],
  ['ID', { id: 'i'.repeat(256) }],
  ['ID', { id: 'a\0b' }],
  ['ID', { id: '\ud800' }],
  ['SOURCE', { source: '' }],
  ['SOURCE', { source: 'gateway' }],
  ['TYPE', { type: '' }],
  ['TYPE', { type: 'operation.executed' }],
  ['SUBJECT', { subject: '' }],
  ['SUBJECT', { type: 'notification.sent' }],
  ['TIME', { time: 'yesterday' }],
  ['TIME', { time: '2026-03-10' }],
  ['TIME', { time: '2026-02-30T00:00:00Z' }],
  ['TIME', { time: '2026-03-10T25:00:00Z' }],
  ['TIME', { time: '2026-03-10T12:05:01Z' }],
  ['TIME', { time: '0000-01-01T00:00:00Z' }],
  ['DATA', { datacontenttype: 'text/xml' }],
  ['DATA', { type: 'x', data: 'a'.repeat(4_095) }],
  ['DATA', { type: 'x', data: { a: { b: { c: { d: {} } } } } }],
  ['DATA', { type: 'x', data: ['a\0b'] }],
  ['DATA', { type: 'x', data: { '\udc00': 1 } }],
])('what is wrong is named: %s of %j', (part, change) => {
  expect(refusedPart(change)).toBe(part);
});
