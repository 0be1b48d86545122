import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { keptFetch } from './kept-fetch.ts';
import type { Policy } from './policies.ts';
import { servedCounts } from './served-counts.ts';

const types = buildSchema(`
  type Query { item: Item  top: Thing  other(by: Int): Int  third: Int }
  interface Item { id: ID  name: String }
  type Book implements Item { id: ID  name: String  pages(of: Int): Int  author: Author }
  type Film implements Item { id: ID  name: String }
  type Author { name: String  age: Int  uncached: Int  books(first: Int): [Item] }
  type Thing { a: Int  b(x: Int): Int }`);

const MINUTE: Policy = { scope: 'PUBLIC', maxAge: 60_000, swr: 0, sie: 0 };
const AGES: Readonly<Record<string, number>> = { age: 1_000, zero: 0 };
const policies = {
  fromHeaders: false,
  policyOf: (_: unknown, field: string): Policy | undefined =>
    field === 'uncached' || field === 'third'
      ? undefined
      : { ...MINUTE, maxAge: AGES[field] ?? MINUTE.maxAge },
};
const tags = { at: () => [], making: () => new Set<string>() };
const read = (text: string) =>
  keptFetch(parse(text), 'shop', { policies, types, tags, counts: servedCounts(), feeding: new Set() });
const entities = (selection: string, variables = '') =>
  `query($representations:[_Any!]!${variables}){_entities(representations:$representations){${selection}}}`;

/** Names of fields with their ages in seconds; those that are not kept have none. */
const agesOf = (text: string) =>
  [...(read(text)?.fields ?? [])].map(([type, fields]) => [
    type,
    Object.fromEntries(fields.map(({ response, policy }) => [response, policy && policy.maxAge / 1_000])),
  ]);

test('each field of the root and of an entity is kept by itself, as long as all that is asked below it may be', () => {
  expect(agesOf('{ top { a } o: other(by: 1) third }')).toEqual([['', { top: 60, o: 60, third: undefined }]]);
  expect(agesOf(entities('...on Book{name author{name age}}...on Film{name}'))).toEqual([
    ['Book', { name: 60, author: 1 }],
    ['Film', { name: 60 }],
  ]);
  expect(agesOf(entities('...on Book{name author{name uncached}}'))).toEqual([
    ['Book', { name: 60, author: undefined }],
  ]);
  expect(agesOf(entities('...on Book{name author{books{name ...on Book{pages}}}}'))).toEqual([
    ['Book', { name: 60, author: 60 }],
  ]);
});

test('a part of a fetch asks for the fields that are wanted, with the variables they use', () => {
  const text = entities(
    '...on Book{name p:pages(of:$of) author{books(first:$first){name}}}...on Film{name}',
    ',$of:Int,$first:Int=3',
  );
  const kept = read(text);
  const [name, pages, author] = kept?.fields.get('Book') ?? [];
  if (kept === undefined || name === undefined || pages === undefined || author === undefined)
    throw new Error('not kept');
  expect(kept.only(new Set([pages]))).toEqual({
    text: entities('...on Book{p:pages(of:$of)}', '$of:Int'),
    head: `{"query":${JSON.stringify(entities('...on Book{p:pages(of:$of)}', '$of:Int'))},"variables":{`,
    variables: ['of'],
  });
  expect(kept.only(new Set([name])).text).toBe(entities('...on Book{name}'));
  expect(kept.only(new Set([author])).text).toBe(
    entities('...on Book{author{books(first:$first){name}}}', '$first:Int=3'),
  );
  expect(kept.only(new Set([name]))).toBe(kept.only(new Set([name])));
});

test('a field is the same whatever a client calls it, and another one with other arguments', () => {
  const texts = (text: string) => [...(read(text)?.fields.get('') ?? [])].map((field) => field.text);
  expect(texts('{ a: other(by: 1) b: other(by: 1) c: other(by: 2) }')).toEqual([
    'other(by:1)',
    'other(by:1)',
    'other(by:2)',
  ]);
});

test.each([
  ['a mutation', 'mutation { other }'],
  ['a named fragment', '{ ...F } fragment F on Query { other }'],
  ['a fragment around fields of the root', '{ ... on Query { other } }'],
  ['a directive around fields of an entity', entities('...on Book @include(if:$a){name}', ',$a:Boolean!')],
  ['a type condition within an entity', entities('...on Book{...on Item{name}}')],
  ['a condition of an interface beside another', entities('...on Book{name}...on Item{id}')],
  ['the same type condition twice', entities('...on Book{name}...on Book{id}')],
  ['one name twice', '{ top { a } top { b(x: 1) } }'],
  ['fields of any entity', entities('__typename')],
  ['nothing that is kept', '{ third }'],
  ['nothing but type names', '{ __typename }'],
])('a fetch with %s is asked whole', (_, text) => {
  expect(read(text)).toBeUndefined();
});

test.each([
  ['a choice', '{ other third @skip(if: $a) }', ['other']],
  ['a choice on a kept field', '{ top { a } other @include(if: $a) }', ['top']],
  ['a choice below', '{ top { a @include(if: $a) } other }', ['other']],
  ['a choice of a fragment below', '{ top { ... @include(if: $a) { a } } other }', ['other']],
])('what has %s is not kept, and what stands beside it is', (_, selection, names) => {
  const kept = read(`query ($a: Boolean!) ${selection}`)?.fields.get('') ?? [];
  expect(kept.filter(({ policy }) => policy !== undefined).map(({ response }) => response)).toEqual(names);
});
