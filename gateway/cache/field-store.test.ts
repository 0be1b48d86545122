import { expect, test } from 'vitest';
import { memoryStore, type FieldStore } from './field-store.ts';
import type { KeptValue } from './kept-value.ts';

const kept = (value: unknown, bytes = 100): KeptValue => ({
  value,
  scope: 'TENANT',
  askedAt: 0,
  freshUntil: Infinity,
  staleUntil: Infinity,
  errorUntil: Infinity,
  refreshing: false,
  below: new Set<string>(),
  tags: [],
  bytes,
});
const odd = (value: unknown) => ({ ...kept(value), tags: ['odd'] });
const put = (store: FieldStore, owner: string, record: string, values: [string, KeptValue][], since = 0) =>
  store.add(owner, {
    record,
    about: { subgraph: 's', type: 'T', name: record },
    values: new Map(values),
    since,
  });
const add = (store: FieldStore, owner: string, record: string, bytes = 100) =>
  put(store, owner, record, [['name', kept(record, bytes)]]);
const held = (store: FieldStore, owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => store.find(owner, String(index))).filter(Boolean).length;

test('values of a record come together, and a newer value takes the place of the older', () => {
  const store = memoryStore();
  put(store, 't', 'r', [['a', kept(1)]]);
  put(store, 't', 'r', [['b', kept(2)]]);
  put(store, 't', 'r', [['a', kept(3)]]);
  expect([...(store.find('t', 'r') ?? [])].map(([name, { value }]) => [name, value])).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test('one tenant never finds what another one has under the same name', () => {
  const store = memoryStore();
  add(store, 't', 'r');
  expect([store.find('t', 'r')?.size, store.find('u', 'r')]).toEqual([1, undefined]);
});

test('a store never holds more than it may, and what is asked for often stays', () => {
  const store = memoryStore(10_000);
  for (let times = 0; times < 5; times += 1)
    for (let index = 0; index < 5; index += 1) {
      if (store.find('t', String(index)) === undefined) add(store, 't', String(index), 500);
    }
  for (let index = 5; index < 200; index += 1) add(store, 't', String(index), 500);
  expect(store.bytes).toBeLessThanOrEqual(10_000);
  expect(store.bytes).toBeGreaterThan(7_000);
  expect(held(store, 't', 5)).toBe(5);
});

test('a tenant that keeps very much does not drive out the others', () => {
  const store = memoryStore(10_000);
  for (const owner of ['quiet', 'silent'])
    for (let index = 0; index < 3; index += 1) add(store, owner, String(index), 500);
  for (let index = 0; index < 1_000; index += 1) add(store, 'greedy', String(index), 500);
  expect([held(store, 'quiet', 3), held(store, 'silent', 3)]).toEqual([3, 3]);
  expect(held(store, 'greedy', 1_000)).toBeGreaterThan(3);
});

test('a tenant that comes later gets its share of a store that another one has filled', () => {
  const store = memoryStore(10_000);
  for (let index = 0; index < 100; index += 1) add(store, 'greedy', String(index), 500);
  for (let index = 0; index < 5; index += 1) add(store, 'late', String(index), 500);
  expect(held(store, 'late', 5)).toBe(5);
});

test('a tenant that had to make room may have more again when the others have gone', () => {
  const store = memoryStore(10_000);
  for (let index = 0; index < 100; index += 1) add(store, 'greedy', String(index), 500);
  for (let index = 0; index < 100; index += 1) add(store, 'late', String(index), 500);
  const shared = held(store, 'greedy', 100);
  store.invalidate(() => true, 'late');
  for (let index = 0; index < 100; index += 1) add(store, 'greedy', String(index), 500);
  expect(held(store, 'greedy', 100)).toBeGreaterThan(shared * 1.5);
  expect(store.bytes).toBeLessThanOrEqual(10_000);
});

test('a value that is larger than the store is not kept, and costs nobody anything', () => {
  const store = memoryStore(10_000);
  add(store, 't', 'small');
  add(store, 'u', 'large', 20_000);
  expect([store.find('t', 'small')?.size, store.find('u', 'large')]).toEqual([1, undefined]);
});

test('an invalidation forgets what matches, and tells of how many records', () => {
  const store = memoryStore();
  for (const owner of ['t', 'u']) {
    put(store, owner, '1', [
      ['a', odd(1)],
      ['b', kept(2)],
    ]);
    put(store, owner, '2', [['a', odd(1)]]);
  }
  expect(store.invalidate((_, { tags }) => tags.includes('odd'))).toBe(4);
  expect([...(store.find('t', '1')?.keys() ?? [])]).toEqual(['b']);
  expect(store.find('u', '2')).toBeUndefined();
  expect(store.invalidate(({ name }) => name === '1')).toBe(2);
  expect(store.invalidate(() => true)).toBe(0);
});

test('an invalidation of one tenant leaves the others theirs, also what is on its way', () => {
  const store = memoryStore();
  add(store, 't', 'r');
  add(store, 'u', 'r');
  const since = store.invalidations;
  expect(store.invalidate(() => true, 't')).toBe(1);
  expect([store.find('t', 'r'), store.find('u', 'r')?.size]).toEqual([undefined, 1]);
  for (const owner of ['t', 'u']) put(store, owner, 'late', [['a', kept(1)]], since);
  expect([store.find('t', 'late'), store.find('u', 'late')?.size]).toEqual([undefined, 1]);
});

test('the number of the last invalidation tells a tenant of its own and of those of all, and of no other', () => {
  const store = memoryStore();
  store.invalidate(() => true, 't');
  expect([store.lastInvalidation('t'), store.lastInvalidation('u')]).toEqual([1, 0]);
  store.invalidate(() => true);
  expect([store.lastInvalidation('t'), store.lastInvalidation('u')]).toEqual([2, 2]);
});

test('a whole answer is forgotten with any of the objects it is made of', () => {
  const store = memoryStore();
  const part = {
    subgraph: 's',
    types: ['T', 'T'],
    names: ['1', '2'],
    below: new Set<string>(),
    tags: ['odd'],
  };
  const putAnswer = () =>
    put(store, 't', 'answer', [['', { ...kept('{}'), parts: [part] }]], store.invalidations);
  putAnswer();
  expect(store.invalidate(({ name }) => name === '3')).toBe(0);
  expect(store.invalidate(({ name, type }) => type === 'T' && name === '2')).toBe(0);
  expect(store.find('t', 'answer')).toBeUndefined();
  putAnswer();
  expect(store.invalidate((_, { tags }) => tags.includes('odd'))).toBe(0);
  expect(store.find('t', 'answer')).toBeUndefined();
});

test('what was asked for before an invalidation and comes after it is not kept', () => {
  const store = memoryStore();
  const since = store.invalidations;
  store.invalidate(({ name }) => name === '1');
  put(store, 't', '1', [['a', kept(1)]], since);
  put(store, 't', '2', [['a', kept(1)]], since);
  expect([store.find('t', '1'), store.find('t', '2')?.size]).toEqual([undefined, 1]);
  put(store, 't', '1', [['a', kept(1)]], store.invalidations);
  expect(store.find('t', '1')?.size).toBe(1);
});

test('what comes after more invalidations than are remembered is not kept, whatever they were about', () => {
  const store = memoryStore();
  for (let index = 0; index < 1_001; index += 1) store.invalidate(() => false);
  put(store, 't', '1', [['a', kept(1)]], 0);
  put(store, 't', '2', [['a', kept(1)]], 1);
  expect([store.find('t', '1'), store.find('t', '2')?.size]).toEqual([undefined, 1]);
});
