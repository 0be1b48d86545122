import { expect, test } from 'vitest';
import { CALL } from '../testing-call.ts';
import type { FetchAnswer, SubgraphFetch } from '../transport/transport.ts';
import { memoryStore } from './field-store.ts';
import { keeper } from './keeper.ts';
import type { KeptField } from './kept-field.ts';
import { finding, MISSING } from './look-up.ts';

const field = (response: string): KeptField => ({
  response,
  text: response,
  variables: [],
  policy: { scope: 'PUBLIC', maxAge: 1_000, swr: 0, sie: 0 },
  scopes: ['PUBLIC'],
  below: new Set(),
  formats: [],
  args: [],
  feeds: false,
  served: { hit: 0, stale: 0, miss: 0, bypass: 0 },
});
const FIELDS = [field('a'), field('b')];

/** Which fields of two entities are kept when this was answered. */
function keptOf(answer: FetchAnswer): string[] {
  const store = memoryStore();
  const call = { ...CALL, keptFor: () => ({ owner: 'all', sharers: 'all' }) };
  const fetch = { subgraph: 's', call } as unknown as SubgraphFetch;
  const represented = { texts: ['{"id":0}', '{"id":1}'], types: ['T', 'T'] };
  const kept = {
    fields: new Map([['T', FIELDS]]),
    only: () => ({ text: '', head: '', variables: [] }),
    scope: undefined,
    below: new Set<string>(),
  };
  const keeping = { kept, represented, variable: () => undefined };
  const found = finding(fetch, keeping, '');
  const looked = represented.texts.map(() => ({
    fields: FIELDS,
    kept: [undefined, undefined],
    values: [MISSING, MISSING],
    isComplete: false,
  }));
  const moment = { now: 0, heardSince: -Infinity };
  const partly = { fetch, keeping, found, looked, ...moment, asked: [0, 1], wanted: new Set(FIELDS) };
  keeper(store, () => 0)(partly, answer, { at: 0, since: 0, mark: undefined, policy: undefined });
  return represented.texts.flatMap((text, index) =>
    [...(store.find('all', `all\n\ns\n${text}`)?.keys() ?? [])].map((name) => `${index}${name}`),
  );
}

const DATA = { _entities: [{ a: 1, b: 2 }, { a: 1 }] };
const error = (...path: (string | number)[]) => ({ message: '', extensions: {}, path });

test.each([
  ['no errors', [], ['0a', '0b', '1a']],
  ['an error at a field', [error('_entities', 0, 'a')], ['0b', '1a']],
  ['an error below a field', [error('_entities', 0, 'b', 'x', 3)], ['0a', '1a']],
  ['an error at an entity', [error('_entities', 1)], ['0a', '0b']],
  ['an error at all entities', [error('_entities')], []],
  ['an error without a place', [{ message: '', extensions: {} }], []],
  ['an error at a place that is none', [error('nowhere', 0, 'a')], []],
])('with %s what is not concerned is kept', (_, errors, expected) => {
  expect(keptOf({ data: DATA, errors })).toEqual(expected);
});

test('an object that an error of one of its fields took away is not remembered as one that is not there', () => {
  const data = { _entities: [null, { a: 1 }] };
  expect(keptOf({ data, errors: [error('_entities', 0, 'a')] })).toEqual(['1a']);
  expect(keptOf({ data, errors: [] })).toEqual(['0a', '0b', '1a']);
});

test('what is too large or nested too deep is not kept', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  const large = 'x'.repeat(1024 * 1024);
  expect(keptOf({ data: { _entities: [{ a: deep, b: 1 }, { a: large }] }, errors: [] })).toEqual(['0b']);
});

test('without data nothing is kept', () => {
  expect(keptOf({ data: null, errors: [error('_entities', 0)] })).toEqual([]);
});
