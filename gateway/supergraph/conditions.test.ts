import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';
import { plannedDocument } from './conditions.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key"])\n`;
const SHOP = `${LINK} type Query { item: Item } type Item @key(fields: "id") { id: ID! }`;
const STOCK = `${LINK} type Item @key(fields: "id") { id: ID! size: Size } type Size { width: Int height: Int }`;

const gateway = async () => {
  const shop = await subgraph('shop', SHOP, { Query: { item: () => ({ id: '1' }) } });
  const stock = await subgraph('stock', STOCK, { Item: { size: () => ({ width: 2, height: 3 }) } });
  return gatewayOver([shop, stock]);
};

test.each([
  ['{ item { size @include(if: $a) { width @include(if: $b) } } }', { size: { width: 2 } }, { size: {} }],
  [
    '{ item { size { ... @include(if: $b) { width height } } } }',
    { size: { width: 2, height: 3 } },
    { size: {} },
  ],
  [
    '{ item { size { ...S } } } fragment S on Size { width @include(if: $b) }',
    { size: { width: 2 } },
    { size: {} },
  ],
  ['{ item { size { width @skip(if: $b) } } }', { size: {} }, { size: { width: 2 } }],
])('an object is there although variables leave nothing of it: %s', async (selection, withB, withoutB) => {
  const { ask } = await gateway();
  const uses = selection.includes('$a') ? '$a: Boolean! $b: Boolean!' : '$b: Boolean!';
  const itemWith = async (b: boolean) =>
    (await ask(`query (${uses}) ${selection}`, { a: true, b })).body.data.item;
  expect([await itemWith(true), await itemWith(false)]).toEqual([withB, withoutB]);
});

test('what is left out itself is not there', async () => {
  const { ask } = await gateway();
  const query = 'query ($a: Boolean!) { item { size @include(if: $a) { width @include(if: $a) } } }';
  expect((await ask(query, { a: false })).body.data).toEqual({ item: {} });
});

test.each([
  '{ a { b c @include(if: $x) } }',
  '{ a @include(if: $x) }',
  '{ a { ... on B { b } } }',
  '{ a { ...F } } fragment F on B { b }',
])('nothing is added where something is asked for anyway: %s', (text) => {
  const document = parse(text);
  expect(plannedDocument(document)).toBe(document);
  expect(print(plannedDocument(document))).toBe(print(document));
});
