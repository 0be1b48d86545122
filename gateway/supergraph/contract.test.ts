import { createLog } from '@chorus/shared/log.ts';
import {
  buildSchema,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
  type GraphQLSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { compose } from '../testing.ts';
import { prepareSupergraph } from './prepare.ts';
import { compilePolicies } from '../cache/cache.ts';
import { transport } from '../transport/transport.ts';
import { loadSupergraph } from './supergraph.ts';

const TAG = '@tag(name: "partner")';

const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
const sdl = (text: string) => sorted(buildSchema(text));

/** The contract of a supergraph of one subgraph as text; undefined when there is none. */
async function contract(
  body: string,
  { tag = 'partner', imported = '"@tag"' } = {},
): Promise<string | undefined> {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: [${imported}])`;
  const typeDefs = `${link}\n${body.replaceAll(/@in\b/g, TAG)}`;
  const prepared = prepareSupergraph(compose([{ name: 'a', url: 'http://127.0.0.1:1/', sdl: typeDefs }]));
  const log = createLog('t', 'silent');
  const way = transport({ targets: new Map(), schema: prepared.types, timeoutMs: 1, log });
  const links = { ...way, ...compilePolicies(prepared), keptOf: () => undefined };
  const { generation, stop } = await loadSupergraph(prepared, links, log);
  await stop();
  const schema = generation.contract(tag)?.schema;
  if (schema === undefined) return undefined;
  expect(generation.contract(tag)?.schema).toBe(schema);
  expect(validateSchema(schema)).toEqual([]);
  return sorted(schema);
}

test('a tagged field is in with its arguments, and its untagged neighbours are not', async () => {
  expect(await contract('type Query { a(x: Int, y: Int): Int @in b: Int }')).toBe(
    sdl('type Query { a(x: Int, y: Int): Int }'),
  );
});

test('a field of which only an argument is tagged is in, with all its arguments', async () => {
  expect(await contract('type Query { a(x: Int @in, y: Int): Int b: Int }')).toBe(
    sdl('type Query { a(x: Int, y: Int): Int }'),
  );
});

test('the fields of a tagged type are in, and the values of a tagged enum', async () => {
  const body = `type Query { a: A @in b: Int } type A @in { x: Int y: E } enum E @in { UP DOWN }`;
  expect(await contract(body)).toBe(sdl('type Query { a: A } type A { x: Int y: E } enum E { UP DOWN }'));
});

test('of a type in which some elements are tagged only those are in', async () => {
  const body = `type Query { a(i: In): A @in b: Int }
    type A { x: Int @in y: Int e: E @in } enum E { UP @in DOWN } input In { n: Int @in m: Int }`;
  expect(await contract(body)).toBe(
    sdl('type Query { a(i: In): A } type A { x: Int e: E } enum E { UP } input In { n: Int }'),
  );
});

test('a type that is reached and in which nothing is tagged is complete, and so is what it leads to', async () => {
  const body = `type Query { a(i: In): A @in b: B } type A { x: Int u: U } union U = C | D type C { y: Int } type D { z: P }
    interface P { m: String } type W implements P { m: String w: Int } input In { n: Int } type B { hidden: Int }`;
  expect(await contract(body)).toBe(
    sdl(
      'type Query { a(i: In): A } type A { x: Int u: U } union U = C | D type C { y: Int } type D { z: P } ' +
        'interface P { m: String } type W implements P { m: String w: Int } input In { n: Int }',
    ),
  );
});

test('the roots hold what is tagged, even when nothing in one of them is', async () => {
  expect(await contract('type Query { a: Int @in } type Mutation { b: Int }')).toBe(
    sdl('type Query { a: Int }'),
  );
  expect(await contract('type Query @in { a: Int b: Int } type Mutation { c: Int @in d: Int }')).toBe(
    sdl('type Query { a: Int b: Int } type Mutation { c: Int }'),
  );
});

test('a tagged type that nothing leads to is of no use and not there', async () => {
  expect(await contract('type Query { a: Int @in b: B } type B @in { x: Int }')).toBe(
    sdl('type Query { a: Int }'),
  );
});

test('other tags are other contracts, and a tag that nothing carries is none', async () => {
  const body = 'type Query { a: Int @in b: Int @tag(name: "internal") }';
  expect(await contract(body, { tag: 'internal' })).toBe(sdl('type Query { b: Int }'));
  expect(await contract(body, { tag: 'public' })).toBeUndefined();
});

test('tags count under the name their link gives them', async () => {
  const renamed = { imported: '{ name: "@tag", as: "@label" }' };
  expect(await contract('type Query { a: Int @label(name: "partner") b: Int }', renamed)).toBe(
    sdl('type Query { a: Int }'),
  );
  expect(
    await contract(`type Query { a: Int @federation__tag(name: "partner") b: Int }`, { imported: '' }),
  ).toBe(sdl('type Query { a: Int }'));
});

test('a directive that is only called tag makes no contract', async () => {
  const imposter = `type Query { a: Int @tag(name: "partner") b: Int } directive @tag(name: String!) on FIELD_DEFINITION`;
  expect(await contract(imposter, { imported: '"@key"' })).toBeUndefined();
});

test('what is inaccessible stays so, tagged or not', async () => {
  const body = 'type Query { a: Int @in b: Int @in @inaccessible }';
  expect(await contract(body, { imported: '"@tag", "@inaccessible"' })).toBe(sdl('type Query { a: Int }'));
});

test('a union or interface with a member that is not in the contract goes with the fields that return it', async () => {
  const body = `type Query { a: Int @in u: U @in i: I @in c: C @in }
    union U = C | D interface I { y: Int } type C implements I { y: Int } type D implements I { y: Int z(n: In!): Int @in }
    input In { n: Int! m: Int @in }`;
  expect(await contract(body)).toBe(sdl('type Query { a: Int c: C } type C { y: Int }'));
});
