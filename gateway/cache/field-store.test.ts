import { expect, test } from 'vitest';
import { memoryStore, type FieldStore } from './field-store.ts';

const kept = (value: unknown, bytes = 100) => ({
  value,
  freshUntil: Infinity,
  staleUntil: Infinity,
  errorUntil: Infinity,
  refreshing: false,
  bytes,
});
const add = (store: FieldStore, owner: string, record: string, bytes = 100) =>
  store.add(owner, record, new Map([['name', kept(record, bytes)]]));
const held = (store: FieldStore, owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => store.find(owner, String(index))).filter(Boolean).length;

test('values of a record come together, and a newer value takes the place of the older', () => {
  const store = memoryStore();
  store.add('t', 'r', new Map([['a', kept(1)]]));
  store.add('t', 'r', new Map([['b', kept(2)]]));
  store.add('t', 'r', new Map([['a', kept(3)]]));
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

test('a store never holds more than it may, and what nobody asked for longest goes first', () => {
  const store = memoryStore(10_000);
  for (let index = 0; index < 20; index += 1) add(store, 't', String(index), 800);
  expect(store.find('t', '0')).toBeUndefined();
  expect(store.find('t', '19')).toBeDefined();
  expect(held(store, 't', 20)).toBeGreaterThan(5);
  expect(held(store, 't', 20)).toBeLessThan(13);
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

test('a value that is larger than the store is not kept, and costs nobody anything', () => {
  const store = memoryStore(10_000);
  add(store, 't', 'small');
  add(store, 'u', 'large', 20_000);
  expect([store.find('t', 'small')?.size, store.find('u', 'large')]).toEqual([1, undefined]);
});
