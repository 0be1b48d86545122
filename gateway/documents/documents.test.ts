import { createHash } from 'node:crypto';
import { buildSchema, getIntrospectionQuery, Kind } from 'graphql';
import { expect, test } from 'vitest';
import { costTables } from '../cost/cost.ts';
import { Refusal } from '../errors/errors.ts';
import type { Generation, Incoming, PreparedOperation, Received } from '../request.ts';
import { documents, documentStore, fit } from './documents.ts';

const schema = buildSchema(`
  type Query { me: User find(filter: Filter, colour: Colour, list: [[[Int]]]): User }
  type Mutation { rename(name: String!): User }
  type Subscription { ticks: Int }
  type User { id: ID name: String friends(first: Int): [User] }
  input Filter { name: String! within: Filter }
  enum Colour { RED GREEN }
`);
const generation: Generation = {
  id: 'g',
  schema,
  supergraph: { document: { kind: Kind.DOCUMENT, definitions: [] }, features: [], types: schema },
  costs: costTables({ types: schema, features: [] }),
  contract: () => undefined,
  execute: () => Promise.reject(new Error('not here')),
};

function stage() {
  const run = documents(() => generation);
  return (query: string | undefined, { method = 'POST', ...asked } = {} as Options) => {
    const all = { query, operationName: undefined, variables: {}, extensions: {}, ...asked };
    const { operation } = run({ ...({ method } as Incoming), asked: all }) as {
      operation: PreparedOperation;
    };
    fit(operation, all.variables, schema);
    return { operation };
  };
}
type Options = Partial<Received['asked']> & { method?: string };

function refusal(query: string | undefined, options: Options = {}, prepare = stage()) {
  try {
    prepare(query, options);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('a document is prepared once, and an operation is picked by name', () => {
  const prepare = stage();
  const text = 'query A { me { id } } query B { me { name } }';
  const a = prepare(text, { operationName: 'A' }).operation;
  expect(a).toMatchObject({ kind: 'query', name: 'A', introspects: false });
  expect(prepare(text, { operationName: 'A' }).operation).toBe(a);
  expect(prepare(text, { operationName: 'B' }).operation).not.toBe(a);
  expect(refusal(text).message).toContain('name one');
  expect(refusal(text, { operationName: 'C' }).message).toContain('no operation of that name');
});

test.each([
  ['{', 'GRAPHQL_PARSE_FAILED'],
  ['', 'GRAPHQL_PARSE_FAILED'],
  ['{ nme { id } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ me { id { x } } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['subscription { ticks }', 'GRAPHQL_VALIDATION_FAILED'],
  ['fragment F on User { id }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ me { ...F } } fragment F on User { friends { ...F } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ find(colour: GREN) { id } }', 'GRAPHQL_VALIDATION_FAILED'],
  [undefined, 'BAD_REQUEST'],
])('%j is refused with %s and without a guess', (query, code) => {
  const { code: got, problems } = refusal(query);
  expect(got).toBe(code);
  expect(JSON.stringify(problems)).not.toMatch(/did you mean|apollo|graphql-js/i);
});

test('questions about the schema are told from type names of data', () => {
  const prepare = stage();
  expect(prepare('{ ...A } fragment A on Query { __schema { types { name } } }').operation.introspects).toBe(
    true,
  );
  expect(prepare('{ __typename me { __typename } }').operation.introspects).toBe(false);
});

test('a mutation is not run by GET', () => {
  const { status, headers } = refusal('mutation { rename(name: "x") { id } }', { method: 'GET' });
  expect([status, headers]).toEqual([405, { allow: 'POST' }]);
});

test('variables that do not fit are the caller’s mistake, told without guesses', () => {
  const prepare = stage();
  const text =
    'query ($f: Filter, $c: Colour, $n: [Int]) { find(filter: $f, colour: $c) { friends(first: 1) { id } } a: me { id } }';
  const query = text.replace(', $n: [Int]', '');
  expect(prepare(query, { variables: { f: { name: 'x' }, c: 'RED', unused: 1 } })).toHaveProperty(
    'operation',
  );
  for (const variables of [{ f: {} }, { f: { nam: 'x' } }, { c: 'REED' }, { c: 7 }, { f: 'x' }]) {
    const { code, problems } = refusal(query, { variables }, prepare);
    expect(code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(problems)).not.toMatch(/did you mean/i);
  }
  expect(refusal('query ($n: Int!) { me { friends(first: $n) { id } } }').code).toBe('BAD_USER_INPUT');
});

const bomb = (levels: number, copies: number) =>
  `{ me { ...F0 } } ${Array.from({ length: levels }, (_, level) => {
    const next = level < levels - 1 ? `...F${level + 1}` : 'id';
    return `fragment F${level} on User { ${Array.from({ length: copies }, (__, copy) => `a${copy}: friends { ${next} }`).join(' ')} }`;
  }).join(' ')}`;

test.each([
  ['a fragment bomb of 2^8', bomb(8, 2)],
  ['a fragment bomb of 2^15', bomb(15, 2)],
  ['a fragment bomb of 2^24', bomb(24, 2)],
  ['a fragment bomb of 3^16', bomb(16, 3)],
  ['a bomb nobody spreads', bomb(15, 2).replace('...F0', 'id')],
  ['101 aliases', `{ ${Array.from({ length: 101 }, (_, index) => `a${index}: __typename`).join(' ')} }`],
  ['500 times one field', `{ ${'__typename '.repeat(500)} }`],
  ['500 times one field in fragments', `{ ${'... { me { id } } '.repeat(250)} }`],
  [
    '180 times one field with other arguments',
    `{ me { ${Array.from({ length: 180 }, (_, n) => `friends(first: ${n}) { id }`).join(' ')} } }`,
  ],
  ['ten directives on a field', `{ __typename ${'@aa'.repeat(10)} }`],
  [
    'eleven mutations',
    `mutation { ${Array.from({ length: 11 }, (_, n) => `a${n}: rename(name: "x") { id }`).join(' ')} }`,
  ],
  ['a depth of 21', `{ me { ${'friends { '.repeat(20)} id ${'} '.repeat(20)} } }`],
  ['a depth of 5,000', `{ me { ${'friends { '.repeat(5000)} id ${'} '.repeat(5000)} } }`],
  ['a literal of 40 levels', `{ find(list: ${'['.repeat(40)}${']'.repeat(40)}) { id } }`],
  ['3,000 fields', `{ ${'me { id } '.repeat(3000)} }`],
])('%s is refused as too large within ten milliseconds', (_what, query) => {
  const times = [1, 2, 3].map(() => {
    const started = performance.now();
    expect(refusal(query).code).toBe('COST_TOO_HIGH');
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});

test('ordinary operations are far from the limits', () => {
  const prepare = stage();
  const fields = Array.from(
    { length: 40 },
    (_, index) => `f${index}: friends(first: ${index}) { id name ...N }`,
  ).join(' ');
  expect(prepare(`{ me { ${fields} } } fragment N on User { id name friends { id } }`)).toHaveProperty(
    'operation',
  );
  expect(prepare(bomb(3, 2))).toHaveProperty('operation');
  const tools = getIntrospectionQuery({
    inputValueDeprecation: true,
    specifiedByUrl: true,
    schemaDescription: true,
  });
  expect(prepare(tools)).toHaveProperty('operation');
});

test('the store tells which texts are asked for most, for each supergraph its own', () => {
  const store = documentStore();
  const another = { ...generation, id: 'another' };
  for (const query of ['{ me { id } }', '{ me { name } }', '{ me { name } }'])
    store.prepared(query, generation);
  store.prepared('{ __typename }', another);
  expect(store.prepared('{ nme }', generation).valid).toBe(false);
  expect(store.hottest(generation, 5)).toEqual(['{ me { name } }', '{ me { id } }']);
  expect(store.hottest(generation, 1)).toEqual(['{ me { name } }']);
  expect(store.hottest(another, 5)).toEqual(['{ __typename }']);
});

const text = '{ me { id } }';
const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') };

test('a persisted query is asked for by its hash once its text was valid', () => {
  const prepare = stage();
  const extensions = { persistedQuery };
  expect(refusal(undefined, { extensions }, prepare).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  const { operation } = prepare(text, { extensions });
  expect(prepare(undefined, { extensions }).operation).toBe(operation);
});

test('a hash that does not fit, or an invalid text, is not kept', () => {
  const prepare = stage();
  expect(refusal('{ me { name } }', { extensions: { persistedQuery } }, prepare).code).toBe('BAD_REQUEST');
  const junk = { version: 1, sha256Hash: createHash('sha256').update('{ junk }').digest('hex') };
  expect(refusal('{ junk }', { extensions: { persistedQuery: junk } }, prepare).code).toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
  expect(refusal(undefined, { extensions: { persistedQuery: junk } }, prepare).code).toBe(
    'PERSISTED_QUERY_NOT_FOUND',
  );
  for (const wrong of ['x', { version: 2 }, { version: 1, sha256Hash: 'x' }, { version: 1, sha256Hash: 7 }]) {
    expect(refusal(text, { extensions: { persistedQuery: wrong } }, prepare).code).toBe('BAD_REQUEST');
  }
});
