import { validate } from 'graphql';
import { expect, test } from 'vitest';
import { prepareSupergraph } from '../supergraph/prepare.ts';
import { costsOver, SHOP, supergraphText } from './testing.ts';

const shop = prepareSupergraph(supergraphText('"@cost", "@listSize"', SHOP));
const costs = costsOver(shop);

test.each<[what: string, query: string, cost: number, variables?: Record<string, unknown>]>([
  // Weights
  ['a scalar', '{ count }', 0],
  ['an object', '{ user { id } }', 1],
  ['objects in each other', '{ user { friend { friend { id } } } }', 3],
  ['a weight on a field', '{ dear }', 7],
  ['a negative weight counts nothing', '{ dear negative }', 7],
  ['a weight on a scalar', '{ worth }', 6],
  ['a weight on an enum', '{ colour }', 4],
  ['a weight on an object type', '{ vault { gold } }', 32],
  ['a weight on a field is before that of its type', '{ house { gold } }', 5],
  ['a weight of nothing', '{ free { name friend { id } } }', 1],
  ['aliases add up', '{ a: dear b: dear }', 14],
  ['a type name', '{ __typename user { __typename } }', 1],
  ['the schema', '{ __schema { types { name fields { name } } } __type(name: "User") { name } }', 2],
  // Sizes of lists
  ['a list nothing is said about', '{ plain { id } }', 10],
  ['an assumed size', '{ fixed { id } }', 4],
  ['a literal', '{ paged(first: 5) { id } }', 5],
  ['the larger of two', '{ paged(first: 5, last: 9) { id } }', 9],
  ['none of two', '{ paged { id } }', 20],
  ['a null', '{ paged(first: null) { id } }', 20],
  ['none where one is required', '{ strict { id } }', 10],
  ['two where one is required', '{ strict(first: 2, last: 3) { id } }', 3],
  ['an argument that slices nothing', '{ paged(first: 5, after: 900) { id } }', 5],
  ['a default of the schema', '{ usual { id } }', 3],
  ['another than the default', '{ usual(first: 2) { id } }', 2],
  ['a null instead of the default', '{ usual(first: null) { id } }', 20],
  ['a negative number', '{ dear paged(first: -1000000) { id } }', 7],
  ['a number beyond any page', '{ paged(first: 2000000000) { id } }', 1000],
  ['a variable', 'query ($n: Int) { paged(first: $n) { id } }', 12, { n: 12 }],
  ['a variable that is null', 'query ($n: Int) { usual(first: $n) { id } }', 20, { n: null }],
  ['a variable that is left out', 'query ($n: Int) { usual(first: $n) { id } }', 3],
  ['a variable with a default', 'query ($n: Int = 8) { paged(first: $n) { id } }', 8],
  ['a variable instead of its default', 'query ($n: Int = 8) { paged(first: $n) { id } }', 2, { n: 2 }],
  ['a negative variable', 'query ($n: Int) { dear paged(first: $n) { id } }', 7, { n: -5 }],
  ['a literal and a variable', 'query ($n: Int) { paged(first: 6, last: $n) { id } }', 6, { n: 4 }],
  [
    'a variable called as what every object has',
    'query ($toString: Int) { usual(first: $toString) { id } }',
    3,
  ],
  ['a list of scalars with a weight', '{ prices }', 10],
  ['a list of lists', '{ matrix(first: 3) { id } }', 30],
  ['lists in lists', '{ fixed { friends(first: 3) { friends { id } } } }', 4 * (1 + 3 * (1 + 10))],
  ['the size of a field above', '{ connection(first: 4) { total nodes { id } } }', 1 + 4],
  [
    'the same, by a fragment',
    '{ connection(first: 4) { ...N } } fragment N on Users { ... { nodes { id } } }',
    5,
  ],
  ['a list the field above says nothing of', '{ connection(first: 4) { edges { user { id } } } }', 1 + 8 * 2],
  ['an assumed size of the field above', '{ connection { nodes { id } } }', 1 + 6],
  ['a field above that does not know', '{ unknown { nodes { id } } }', 1 + 10],
  [
    'a variable above',
    'query ($n: Int) { unknown(first: $n) { nodes { id friend { id } } } }',
    1 + 3 * 2,
    { n: 3 },
  ],
  // Arguments
  ['a weight on an argument', '{ find(text: "x") }', 5],
  ['an argument that is null', '{ find(text: null) }', 0],
  ['an input object', '{ find(filter: {}) }', 1],
  ['its fields', '{ find(filter: { name: "x", worth: 1, price: 2 }) }', 1 + 6 + 3],
  ['input objects in each other', '{ find(filter: { within: { within: { price: 1 } } }) }', 6],
  ['a null in an input object', '{ find(filter: { worth: null, within: null }) }', 1],
  ['a list of input objects', '{ find(all: [{ price: 1 }, {}, null]) }', 5],
  ['a weight on an input object', '{ find(sure: { price: 1 }) }', 9 + 3],
  ['a weight on a list, which weighs as well', '{ find(texts: ["a", "b"]) }', 2 + 2 * 2],
  ['a weight on the type of an argument', '{ find(worth: [1, 2, 3]) }', 6],
  [
    'a variable’s value',
    'query ($f: Filter) { find(filter: $f) }',
    1 + 3 + 1,
    { f: { price: 1, within: { name: 'x' } } },
  ],
  ['a list of variables', 'query ($f: Filter) { find(all: [$f, $f]) }', 8, { f: { price: 1 } }],
  ['a variable’s list', 'query ($f: [Filter]) { find(all: $f) }', 5, { f: [{ price: 1 }, {}, null] }],
  ['a variable in an input object', 'query ($p: Int) { find(filter: { price: $p }) }', 4, { p: 1 }],
  ['an argument that is left out', 'query ($f: Filter) { find(filter: $f) }', 0],
  ['arguments of each object', '{ fixed { friends(first: 0) { id } } }', 4],
  // Types that exclude each other
  ['the dearest type', '{ any { ... on User { secrets } ... on Vault { gold } } }', 30 + 11],
  [
    'what all types have, and the dearest',
    '{ node { id ... on Node { friends(first: 1) { id } } ... on User { secrets } ... on Robot { model { gold } } } }',
    1 + 10 + 32,
  ],
  [
    'a type twice',
    '{ node { ... on User { secrets } ... on User { friend { id } } ... on Robot { id } } }',
    1 + 11 + 1,
  ],
  [
    'fragments in each other',
    '{ node { ...A ...B } } fragment A on Node { ... on User { secrets } } fragment B on Node { ... on Robot { model { gold } } }',
    1 + 32,
  ],
  ['a list of types', '{ nodes { ... on User { secrets } ... on Robot { id } } }', 2 * 12],
  ['a field of an interface, as where it costs most', '{ node { friends(first: 4) { id } } }', 1 + 10],
  ['a field of an interface, of one type', '{ node { ... on User { friends(first: 4) { id } } } }', 1 + 4],
  // The rest
  ['a fragment twice counts twice', '{ user { ...F ...F } } fragment F on User { secrets }', 1 + 22],
  ['a mutation', 'mutation { ping }', 10],
  ['a mutation with more', 'mutation { rename(name: "x") { friend { id } } }', 12],
  ['skipped', '{ dear @skip(if: true) user @include(if: false) { id } }', 0],
  ['not skipped', '{ dear @skip(if: false) user @include(if: true) { id } }', 8],
  [
    'skipped by a variable',
    'query ($b: Boolean!) { dear @skip(if: $b) worth @include(if: $b) }',
    6,
    { b: true },
  ],
  [
    'included by a variable',
    'query ($b: Boolean!) { dear @skip(if: $b) worth @include(if: $b) }',
    7,
    { b: false },
  ],
  [
    'both',
    'query ($a: Boolean!, $b: Boolean!) { dear @skip(if: $a) @include(if: $b) }',
    0,
    { a: true, b: true },
  ],
  [
    'a fragment by a default',
    'query ($b: Boolean = false) { ... @include(if: $b) { dear } ...F @skip(if: $b) } fragment F on Query { worth }',
    6,
  ],
])('%s: %s costs %d', (_what, query, cost, variables = {}) => {
  const operation = costs(query);
  expect(validate(shop.types, operation.document)).toEqual([]);
  expect(operation.cost(variables)).toBe(cost);
});

test('a list is as long as its type or an interface says, and through the interface as where it is longest', () => {
  const ask = costsOver(
    prepareSupergraph(
      supergraphText(
        '"@cost", "@listSize"',
        `type Query { tree: Tree weed: Weed plant: Plant }
         interface Plant { leaves(first: Int, of: Int): [Leaf] @listSize(slicingArguments: ["first"]) seeds: [Leaf] }
         type Tree implements Plant {
           leaves(first: Int, of: Int @cost(weight: 3)): [Leaf] @cost(weight: 2) @listSize(assumedSize: 4)
           seeds: [Leaf] @listSize(assumedSize: 2)
         }
         type Weed implements Plant { leaves(first: Int, of: Int): [Leaf] seeds: [Leaf] }
         type Leaf { id: ID }`,
      ),
    ),
  );
  const costs = ['tree', 'weed', 'plant'].map((root) =>
    ['leaves(first: 2, of: 1)', 'leaves(first: 9)', 'seeds'].map((field) =>
      ask(`{ ${root} { ${field} { id } } }`).cost(),
    ),
  );
  expect(costs).toEqual([
    [1 + 4 * 2 + 3, 1 + 9 * 2, 1 + 2],
    [1 + 2, 1 + 9, 1 + 10],
    [1 + 4 * 2 + 3, 1 + 9 * 2, 1 + 10],
  ]);
});

test.each([
  [
    'the directives',
    '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@length" }',
    '@price',
    '@length',
  ],
  ['the specification', '', '@federation__cost', '@federation__listSize'],
])('renaming %s hides nothing', (_what, imports, price, length) => {
  const renamed = SHOP.replaceAll('@cost', price).replaceAll('@listSize', length);
  const ask = costsOver(prepareSupergraph(supergraphText(imports, renamed)));
  expect(ask('{ dear fixed { id } find(text: "x") }').cost()).toBe(7 + 4 + 5);
});

test('directives of the same names that are nobody’s say nothing', () => {
  const own = `directive @cost(weight: Int!) on FIELD_DEFINITION
    type Query { dear: Int @cost(weight: 7) user: User } type User { id: ID }`;
  const { types } = prepareSupergraph(supergraphText('', own));
  expect(costsOver({ types, features: [] })('{ dear user { id } }').cost()).toBe(1);
});

test('costs stop at the largest safe integer', () => {
  const deep = `${'friends(first: 1000) { '.repeat(18)} id ${'} '.repeat(18)}`;
  const { cost } = costs(`{ a: user { ${deep} } b: user { ${deep} } }`);
  expect(cost()).toBe(Number.MAX_SAFE_INTEGER);
});

test('each path tells what it adds, and of types that exclude each other the dearest is told', () => {
  const { cost, paths } = costs(`query ($n: Int) {
    count
    page: connection(first: $n) { total nodes { id friends(first: 2) { id } secrets } }
    nodes { id ... on User { secrets } ... on Robot { model { gold } } }
    ...F
  }
  fragment F on Query { page: connection(first: $n) { nodes { friend { id } } } }`);
  expect(paths({ n: 3 })).toEqual({
    page: 1 + 3 * (1 + 2 + 11) + 1 + 3 * 2,
    'page.nodes': 3 * (1 + 2 + 11) + 3 * 2,
    'page.nodes.friends': 3 * 2,
    'page.nodes.secrets': 3 * 11,
    'page.nodes.friend': 3,
    nodes: 2 * (1 + 30 + 2),
    'nodes.model': 2 * 32,
    'nodes.model.gold': 2 * 2,
  });
  expect(cost({ n: 3 })).toBe(50 + 66);
});
