import { expect, test } from 'vitest';
import type { CachingHeaders } from '../transport/transport.ts';
import { headerPolicy } from './header-policy.ts';

const policyOf = headerPolicy(['x-language', 'cookie']);
const none = { age: undefined, expires: undefined, vary: undefined };
const read = (cacheControl: string, others: Partial<CachingHeaders> = {}) => {
  const policy = policyOf({ cacheControl, ...none, ...others });
  if (typeof policy === 'string') return policy;
  const { scope, maxAge, swr, sie } = policy;
  return `${scope} ${[maxAge, swr, sie].map((ms) => ms / 1000).join(' ')}`;
};
const YEAR = 365 * 24 * 60 * 60;

test.each([
  ['public, max-age=10', 'TENANT 10 0 0'],
  ['public', 'TENANT 60 0 0'],
  ['private, max-age=10', 'USER 10 0 0'],
  ['private="Set-Cookie", max-age=10', 'USER 10 0 0'],
  ['max-age=10', 'USER 10 0 0'],
  ['public, private, max-age=10', 'USER 10 0 0'],
  ['public, max-age=10, s-maxage=20', 'TENANT 20 0 0'],
  ['max-age=10, s-maxage=20', 'TENANT 20 0 0'],
  ['private, max-age=10, s-maxage=20', 'USER 10 0 0'],
  ['public, max-age=10, s-maxage=0', 'no time is left'],
  ['public, max-age=10, stale-while-revalidate=5, stale-if-error=7', 'TENANT 10 5 7'],
  ['public, stale-if-error=7', 'TENANT 60 0 7'],
  ['public, max-age=0, stale-while-revalidate=5', 'TENANT 0 5 0'],
  ['public, max-age=10, stale-while-revalidate=5, must-revalidate', 'TENANT 10 0 0'],
  ['public, max-age=10, stale-if-error=5, proxy-revalidate', 'TENANT 10 0 0'],
  ['PUBLIC,Max-Age=10', 'TENANT 10 0 0'],
  [' ,public,, max-age="10" ,', 'TENANT 10 0 0'],
  ['public, max-age=10, immutable, no-transform, x-y="z"', 'TENANT 10 0 0'],
  ['public, max-age=99999999999999999999, stale-if-error=1e9', 'Cache-Control cannot be read'],
  ['public, max-age=99999999999999999999', `TENANT ${YEAR} 0 0`],
  ['public, max-age=10, no-store', 'no-store'],
  ['public, max-age=10, No-Cache', 'no-cache'],
  ['public, max-age=10, no-cache="Set-Cookie"', 'no-cache'],
  ['private', 'no max-age'],
  ['immutable', 'no max-age'],
  ['', 'no max-age'],
  ['public, max-age=0', 'no time is left'],
])('the answer with Cache-Control "%s" is kept as %s', (header, expected) => {
  expect(read(header)).toBe(expected);
});

test.each([
  'public, max-age=10, max-age=10',
  'public, max-age=10, MAX-AGE=20',
  'public, public',
  'public, max-age',
  'public, max-age=',
  'public, max-age=-1',
  'public, max-age=1.5',
  'public, max-age=ten',
  'public, max-age = 10',
  'public, max-age="10',
  'public max-age=10',
  'public; max-age=10',
  'public=yes, max-age=10',
  'private, max-age=10, s-maxage=x',
  'public, max-age=10, stale-while-revalidate',
  'public, max-age=10, stale-if-error=x, must-revalidate',
  'public, max-age=10, "',
  'öffentlich, max-age=10',
])('the answer with Cache-Control "%s" is not kept, because nobody knows what it means', (header) => {
  expect(read(header)).toBe('Cache-Control cannot be read');
});

test('an answer without Cache-Control is not kept', () => {
  expect(policyOf(undefined)).toBe('no Cache-Control');
});

test.each([
  ['4', 'TENANT 6 5 0'],
  ['10', 'TENANT 0 5 0'],
  ['12', 'TENANT 0 3 0'],
  ['15', 'no time is left'],
  ['9'.repeat(400), 'no time is left'],
  ['-1', 'Age cannot be read'],
  ['', 'Age cannot be read'],
  ['1, 2', 'Age cannot be read'],
])('what has waited %s seconds elsewhere is kept so much shorter', (age, expected) => {
  expect(read('public, max-age=10, stale-while-revalidate=5', { age })).toBe(expected);
});

test('an end in Expires is not guessed at, and does not matter where max-age is given', () => {
  const expires = 'Thu, 01 Jan 1970 00:00:00 GMT';
  expect(read('public', { expires })).toBe('Expires without max-age');
  expect(read('public, max-age=10', { expires })).toBe('TENANT 10 0 0');
});

test.each([
  ['*', 'Vary: *'],
  ['Origin, *', 'Vary: *'],
  ['Chorus-Request-Id', 'Vary: chorus-request-id'],
  ['accept, chorus-user-agent', 'Vary: chorus-user-agent'],
  ['chorus-client-address', 'Vary: chorus-client-address'],
  ['a b', 'Vary cannot be read'],
  ['Origin, Accept-Encoding,, Accept, Content-Type, User-Agent, Authorization', 'TENANT 10 0 0'],
  ['X-Language, Cookie', 'TENANT 10 0 0'],
  ['', 'TENANT 10 0 0'],
])('the answer with Vary "%s" is kept as %s', (vary, expected) => {
  expect(read('public, max-age=10', { vary })).toBe(expected);
});

test('an answer that varies by a cookie is not kept unless clients send theirs to subgraphs', () => {
  const headers = { cacheControl: 'public', ...none, vary: 'Cookie' };
  expect(headerPolicy([])(headers)).toBe('Vary: cookie');
});
