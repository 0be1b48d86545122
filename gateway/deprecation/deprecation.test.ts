import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';

const FIRST = 'Use x. Deprecated 2026-11-01, removed 2027-03-01.';
const SECOND = 'Use y. Deprecated 2026-12-01, removed 2027-02-01.';
const SDL = `
  type Query { items(page: Int, limit: Int @deprecated(reason: "${FIRST}"), order: Order, filter: Filter, filters: [Filter!]): [Item!] denied: Int @authenticated }
  type Mutation { rename(name: String!): Item }
  enum Order { NAME AGE @deprecated(reason: "${FIRST}") }
  input Filter { tag: String label: String @deprecated(reason: "${FIRST}") within: Filter order: Order }
  interface Named { name: String old: String @deprecated(reason: "${SECOND}") }
  type Item implements Named {
    name: String
    title: String @deprecated(reason: "${FIRST}")
    old: String @deprecated(reason: "${SECOND}")
    vague: String @deprecated(reason: "Use name.")
    bare: String @deprecated
    malformed: String @deprecated(reason: "Deprecated 2026-11-01, removed 2027-02-31.")
  }
`;
const items = () => [{ name: 'a', title: 'A', old: 'o', vague: 'v', bare: 'b', malformed: 'm' }];

async function announcing() {
  const resolvers = { Query: { items }, Mutation: { rename: () => items()[0] } };
  const gateway = await gatewayOver([await subgraph('items', SDL, resolvers)]);
  return async (query: string, variables = {}, headers: Record<string, string> = {}) => {
    const answer = await gateway.ask(query, variables, headers);
    const [deprecation, sunset, exposed] = ['deprecation', 'sunset', 'access-control-expose-headers'].map(
      (name) => answer.headers.get(name),
    );
    return { status: answer.status, body: answer.body, told: [deprecation, sunset], exposed };
  };
}

const OF_FIRST = ['@1793491200', 'Mon, 01 Mar 2027 00:00:00 GMT'];
const OF_SECOND = ['@1796083200', 'Mon, 01 Feb 2027 00:00:00 GMT'];
const EARLIEST = ['@1793491200', 'Mon, 01 Feb 2027 00:00:00 GMT'];
const NOTHING = [null, null];

const USING: [what: string, query: string, told: string[]][] = [
  ['a field', '{ items { title } }', OF_FIRST],
  ['a field under another name', '{ items { name: title } }', OF_FIRST],
  ['a field of an interface', '{ items { ... on Named { old } } }', OF_SECOND],
  ['an argument', '{ items(limit: 3) { name } }', OF_FIRST],
  ['an enum value', '{ items(order: AGE) { name } }', OF_FIRST],
  ['an input field', '{ items(filter: { label: "x" }) { name } }', OF_FIRST],
  ['an input field in a list', '{ items(filters: [{ within: { label: "x" } }]) { name } }', OF_FIRST],
  ['an enum value in an input object', '{ items(filter: { order: AGE }) { name } }', OF_FIRST],
  [
    'the default of a variable',
    'query ($f: Filter = { label: "x" }) { items(filter: $f) { name } }',
    OF_FIRST,
  ],
  [
    'a fragment of a fragment',
    '{ items { ...A } } fragment A on Item { ...B } fragment B on Item { old } ',
    OF_SECOND,
  ],
  ['a mutation', 'mutation { rename(name: "x") { title } }', OF_FIRST],
  ['several', '{ items(limit: 3) { title old name } }', EARLIEST],
];

test('an operation that uses what is deprecated is told from when and until when, each time', async () => {
  const ask = await announcing();
  for (const [what, query, told] of [...USING, ...USING]) {
    const { status, body, told: got } = await ask(query);
    expect([what, status, body.errors, got]).toEqual([what, 200, undefined, told]);
  }
});

const NOT_USING: [what: string, query: string][] = [
  ['nothing deprecated', '{ items(page: 1, order: NAME, filter: { tag: "x" }) { name } }'],
  ['a reason without dates', '{ items { vague } }'],
  ['no reason', '{ items { bare } }'],
  ['a day no calendar has', '{ items { malformed } }'],
];

test('no dates are made up', async () => {
  const ask = await announcing();
  for (const [what, query] of NOT_USING) {
    const { status, body, told } = await ask(query);
    expect([what, status, body.errors, told]).toEqual([what, 200, undefined, NOTHING]);
  }
});

test('an operation is not told of what another one of its document uses', async () => {
  const gateway = await gatewayOver([await subgraph('items', SDL, { Query: { items } })]);
  const query = 'query A { items { name } } query B { items { ...F } } fragment F on Item { old }';
  const toldTo = async (operationName: string) =>
    (await gateway.post({ query, operationName })).headers.get('deprecation');
  expect([await toldTo('A'), await toldTo('B')]).toEqual([null, OF_SECOND[0]]);
});

test('what comes in variables is not looked at, and the text decides alone', async () => {
  const ask = await announcing();
  const query = 'query ($o: Order, $f: Filter) { items(order: $o, filter: $f) { name } }';
  expect((await ask(query, { o: 'AGE', f: { label: 'x' } })).told).toEqual(NOTHING);
});

test('a partial answer is told too, and a refused operation is not', async () => {
  const ask = await announcing();
  const partial = await ask('{ items { title } denied }');
  expect(partial.body).toMatchObject({ data: { denied: null }, errors: [{}] });
  expect(partial.told).toEqual(OF_FIRST);
  expect((await ask('{ items { title nothing } }')).told).toEqual(NOTHING);
  expect((await ask('query ($n: Int!) { items(limit: $n) { name } }')).told).toEqual(NOTHING);
});

test('a page in a browser may read the dates', async () => {
  const ask = await announcing();
  const { exposed } = await ask('{ items { title } }', {}, { origin: 'http://localhost:5173' });
  expect(exposed?.split(', ')).toEqual(expect.arrayContaining(['deprecation', 'sunset']));
});
