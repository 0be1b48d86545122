import type { QueryPlan } from '@apollo/query-planner';
import {
  buildSchema,
  getOperationAST,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { CALL } from '../testing-call.ts';
import { shapeReader } from '../transport/shape.ts';
import type { FetchAnswer, SubgraphFetch } from '../transport/transport.ts';
import { planExecutor } from './operation.ts';

/** Runs a plan over subgraphs that give these answers one after the other. */
async function run(sdl: string, text: string, node: unknown, answers: readonly object[]) {
  const schema = buildSchema(sdl);
  const bodies: unknown[] = [];
  const left = [...answers];
  const ask = ({ body }: SubgraphFetch): Promise<FetchAnswer> => {
    bodies.push(JSON.parse(body));
    return Promise.resolve({ data: null, errors: [], ...left.shift() });
  };
  const fetched = await executing(schema, text, node, ask);
  return { fetched, bodies };
}

function executing(
  schema: GraphQLSchema,
  text: string,
  node: unknown,
  ask: (fetch: SubgraphFetch) => Promise<FetchAnswer> = () => Promise.reject(new Error('nobody is asked')),
) {
  const document = parse(text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const options = {
    schema,
    types: schema,
    shapeOf: shapeReader(schema),
    scopeOf: () => 'USER' as const,
    keptOf: () => undefined,
    ask,
  };
  const plan = { kind: 'QueryPlan', node } as QueryPlan;
  return planExecutor(options)(plan, { document, operation, variables: {}, call: CALL });
}

const fetch = (operation: string, more: object = {}) => ({
  kind: 'Fetch',
  serviceName: 'one',
  operation,
  operationKind: 'query',
  ...more,
});
const flatten = (path: readonly string[], node: object) => ({ kind: 'Flatten', path, node });

const PLAIN = 'type Query { a: String } type Mutation { b: String }';

test.each([
  ['Defer', { kind: 'Defer', primary: { node: fetch('{ a }') }, deferred: [] }],
  ['Subscription', { kind: 'Subscription', primary: fetch('{ a }') }],
  ['a kind nobody knows yet', { kind: 'Sequence', nodes: [fetch('{ a }'), { kind: 'Later' }] }],
  ['a type condition in a path', flatten(['a', '@|[Cat]'], fetch('{ a }'))],
  ['a context', fetch('{ a }', { contextRewrites: [{ kind: 'KeyRenamer', path: ['a'], renameKeyTo: 'b' }] })],
  [
    'a value set in an answer',
    fetch('{ a }', { outputRewrites: [{ kind: 'ValueSetter', path: ['a'], setValueTo: 1 }] }),
  ],
])('a plan with %s is left to Apollo’s executor, and nothing is fetched', (_kind, node) => {
  expect(executing(buildSchema(PLAIN), '{ a }', node)).toBeUndefined();
});

test.each([
  '{ __schema { types { name } } }',
  '{ a ...F } fragment F on Query { __type(name: "A") { name } }',
])('questions about the schema are left to Apollo’s executor: %s', (text) => {
  expect(executing(buildSchema(PLAIN), text, fetch('{ a }'))).toBeUndefined();
});

test('a plan without a fetch is an answer without fields', async () => {
  const text = '{ a @skip(if: true) }';
  expect((await run(PLAIN, text, undefined, [])).fetched).toEqual({ data: {} });
});

test('a name the planner made up for one type is read from objects of that type only', async () => {
  const sdl = `type Query { nodes: [Node] } interface Node { id: ID }
    type Part implements Node { id: ID code: String } type Whole implements Node { id: ID label: String }`;
  const asked = '{ nodes { __typename ... on Part { x: code } ... on Whole { x__alias_0: label } } }';
  const outputRewrites = [
    { kind: 'KeyRenamer', path: ['nodes', '... on Whole', 'x__alias_0'], renameKeyTo: 'x' },
  ];
  const nodes = [
    { __typename: 'Whole', x__alias_0: 'label' },
    { __typename: 'Part', x: 'code' },
    { __typename: 'Part', x__alias_0: 'label' },
  ];
  const { fetched } = await run(
    sdl,
    '{ nodes { ... on Part { x: code } ... on Whole { x: label } } }',
    fetch(asked, { outputRewrites }),
    [{ data: { nodes } }],
  );
  expect(fetched?.data).toEqual({ nodes: [{ x: 'label' }, { x: 'code' }, { x: null }] });
});

const PART = `type Query { part: Part } interface Node { id: ID! }
  type Part implements Node { id: ID! code: String label: String stock: Int }`;

test('names in representations change as the plan says, false values too', async () => {
  const rewrites = {
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: 'Part',
        selections: [
          { kind: 'Field', name: '__typename' },
          { kind: 'Field', name: 'code', alias: 'code__alias_0' },
        ],
      },
    ],
    inputRewrites: [
      { kind: 'KeyRenamer', path: ['... on Part', 'code__alias_0'], renameKeyTo: 'code' },
      { kind: 'ValueSetter', path: ['... on Node', '__typename'], setValueTo: 'Node' },
    ],
  };
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Node { ... on Part { stock } } } }';
  const node = {
    kind: 'Sequence',
    nodes: [
      fetch('{ part { __typename code__alias_0: code } }'),
      flatten(['part'], fetch(entities, rewrites)),
    ],
  };
  const { fetched, bodies } = await run(PART, '{ part { stock } }', node, [
    { data: { part: { __typename: 'Part', code__alias_0: '' } } },
    { data: { _entities: [{ stock: 0 }] } },
  ]);
  expect(fetched).toEqual({ data: { part: { stock: 0 } } });
  expect(bodies[1]).toMatchObject({ variables: { representations: [{ __typename: 'Node', code: '' }] } });
});

test('names that JavaScript gives a meaning are data, and pollute nothing', async () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
  const below = names.map((name) => `${name}: next { ${name}: leaf }`).join(' ');
  const text = `{ __proto__: next { ${below} } constructor: next { __proto__: any } }`;
  const inner = JSON.parse(
    `{${names.map((name) => `"${name}": {"${name}": "polluted"}`).join(',')}}`,
  ) as object;
  const sent = JSON.parse(
    `{"__proto__": ${JSON.stringify(inner)}, "constructor": {"__proto__": {"isAdmin": true}}}`,
  ) as object;
  const sdl = 'scalar Any type Query { next: Query leaf: String any: Any }';
  const { fetched } = await run(sdl, text, { kind: 'Parallel', nodes: [fetch(text), fetch(text)] }, [
    { data: sent },
    { data: sent },
  ]);
  expect(JSON.stringify(fetched)).toBe(JSON.stringify({ data: sent }));
  expect(Object.keys(fetched?.data ?? {})).toEqual(['__proto__', 'constructor']);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  expect((Object as { polluted?: unknown }).polluted).toBeUndefined();
});

const LIST =
  'type Query { items: [Item!] grid: [[[Cell]!]!] } type Item { id: ID! n: Int! } type Cell { x: Int y: Int }';

test('of 5,000 errors of each fetch only as many are kept as a client can be shown', async () => {
  const count = 5000;
  const items = Array.from({ length: count }, (_, id) => ({ __typename: 'Item', id: String(id) }));
  const requires = [
    {
      kind: 'InlineFragment',
      typeCondition: 'Item',
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'id' },
      ],
    },
  ];
  const operation =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { n } } }';
  const nodes = Array.from({ length: 12 }, () => flatten(['items', '@'], fetch(operation, { requires })));
  const broken = {
    data: { _entities: items.map(() => null) },
    errors: items.map((_, at) => ({ message: 'broken', path: ['_entities', at, 'n'], extensions: {} })),
  };
  const { fetched } = await run(
    LIST,
    '{ items { n } }',
    { kind: 'Sequence', nodes: [fetch('{ items { __typename id } }'), { kind: 'Parallel', nodes }] },
    [{ data: { items } }, ...nodes.map(() => broken)],
  );
  expect(fetched?.data).toEqual({ items: null });
  expect(fetched?.errors).toHaveLength(1000);
});

test('lists of lists of lists are put together from two subgraphs, and null ends where it is allowed', async () => {
  const { fetched } = await run(
    LIST,
    '{ grid { x y } }',
    { kind: 'Parallel', nodes: [fetch('{ grid { x } }'), fetch('{ grid { y } }')] },
    [{ data: { grid: [[[{ x: 1 }, null], []], []] } }, { data: { grid: [[[{ y: 2 }, null], []], []] } }],
  );
  expect(fetched).toEqual({ data: { grid: [[[{ x: 1, y: 2 }, null], []], []] } });
  const holed = await run(LIST, '{ grid { x } }', fetch('{ grid { x } }'), [{ data: { grid: [[null]] } }]);
  expect(holed.fetched?.data).toEqual({ grid: null });
  expect(holed.fetched?.errors).toMatchObject([{ path: ['grid', 0, 0] }]);
});

test('objects may be nested a thousand levels deep', async () => {
  const levels = 1000;
  const nested = `${'{ next '.repeat(levels)}{ leaf }${' }'.repeat(levels)}`;
  let data: object = { leaf: 'deep' };
  for (let level = 0; level < levels; level += 1) data = { next: data };
  const { fetched } = await run('type Query { next: Query leaf: String }', nested, fetch(nested), [{ data }]);
  expect(JSON.stringify(fetched)).toBe(JSON.stringify({ data }));
});
