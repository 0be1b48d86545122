import { expect, test } from 'vitest';
import { gatewayOver, subgraph, type Reply, type TestGateway } from './testing.ts';
import { productGateway } from './testing-product.ts';

/** What a contract has of the shop, and the rest, which is not to be told from what never existed. */
const CONTRACT = `
  type Query @all { items(filter: Filter, sort: Sort = UP): [Item] thing: Thing }
  type Mutation @all { buy(id: ID!): Item }
  type Item implements Named { id: ID @in name(short: Boolean): String @in }
  interface Named { name(short: Boolean): String }
  union Thing = Item | Box
  type Box { size: Int sort: Sort sorts: [Sort] must: [Sort!] }
  input Filter { text: String @in }
  enum Sort { UP @in }
`;
const REST: [at: string, more: string][] = [
  ['type Query @all {', 'type Query { margin: Float vault(depth: Depth): Vault'],
  ['type Mutation @all {', 'type Mutation { burn(id: ID!): Item'],
  ['type Item implements Named {', 'type Item implements Named { cost: Int vault: Vault'],
  ['input Filter {', 'input Filter { minCost: Int'],
  ['enum Sort {', 'enum Sort { BY_COST'],
];
const HIDDEN_TYPES = 'type Vault { code: String } input Depth { metres: Int }';

const marked = (text: string) =>
  text
    .replaceAll(/@in\b/g, '@tag(name: "partner")')
    .replace(/(items|thing|buy)(\(.*?\))?: (\S+)/g, '$& @tag(name: "partner")');
const never = CONTRACT.replaceAll(/ @(?:in|all)\b/g, '');
const whole = `${marked(REST.reduce((text, [at, more]) => text.replace(at, more), CONTRACT))} ${HIDDEN_TYPES}`;

const resolvers = {
  Query: {
    items: () => [{ id: 1, name: 'one', cost: 3 }],
    thing: () => ({
      __typename: 'Box',
      size: 2,
      sort: 'BY_COST',
      sorts: ['UP', 'BY_COST'],
      must: ['UP', 'BY_COST'],
    }),
    margin: () => 0.5,
  },
  Mutation: { buy: () => ({ id: 1, name: 'one' }) },
  Thing: { __resolveType: () => 'Box' },
  Named: { __resolveType: () => 'Item' },
};
const shop = () => subgraph('shop', whole, resolvers);

/** An answer without what differs from request to request. */
const told = ({ status, headers, body }: Reply) => ({
  status,
  type: headers.get('content-type'),
  body: JSON.parse(JSON.stringify(body).replaceAll(/"requestId":"[^"]*"/g, '"requestId":""')) as unknown,
});

const post = (gateway: TestGateway, path: string, body: object, headers: Record<string, string> = {}) =>
  gateway.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The partners' door of the product, with a key. */
async function partners() {
  const product = await productGateway({ over: [await shop()] });
  const { key } = product.apiKey();
  const as =
    (authorization?: string) =>
    (query: string, variables: object = {}) =>
      post(
        product.gateway,
        '/partner/graphql',
        { query, variables },
        authorization === undefined ? {} : { authorization },
      );
  return { ...product, key, ask: as(`Bearer ${key}`), as };
}

const HIDDEN: [what: string, query: string, variables?: object][] = [
  ['a root field', '{ margin }'],
  ['a field', '{ items { cost } }'],
  ['a field below', '{ items { vault { code } } }'],
  ['a mutation', 'mutation { burn(id: 1) { id } }'],
  ['a field beside others', '{ items { id name cost } thing { __typename } }'],
  ['an argument of a field that is hidden', '{ vault(depth: { metres: 1 }) { code } }'],
  ['an input field in a literal', '{ items(filter: { minCost: 1 }) { id } }'],
  ['an input field in a variable', 'query ($f: Filter) { items(filter: $f) { id } }', { f: { minCost: 1 } }],
  ['an input field in a default', 'query ($f: Filter = { minCost: 1 }) { items(filter: $f) { id } }'],
  ['an enum value', '{ items(sort: BY_COST) { id } }'],
  ['an enum value in a variable', 'query ($s: Sort) { items(sort: $s) { id } }', { s: 'BY_COST' }],
  ['a type in a fragment', '{ thing { ... on Vault { code } } }'],
  ['a type in a named fragment', '{ thing { ...V } } fragment V on Vault { code }'],
  ['the type of a variable', 'query ($d: Depth) { items { id } }', { d: { metres: 1 } }],
];

test.each(HIDDEN)(
  '%s that is not in the contract reads as one that never existed',
  async (_what, query, variables = {}) => {
    const { ask } = await partners();
    // Before the other one starts, because records that nobody confirmed for two seconds refuse mutations.
    const answer = told(await ask(query, variables));
    const elsewhere = await gatewayOver([await subgraph('shop', never, resolvers)]);
    expect(answer).toEqual(told(await elsewhere.ask(query, variables)));
    expect(JSON.stringify(answer.body)).toMatch(/GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT/);
  },
);

test('the same names are there at the door of everybody', async () => {
  const { gateway, key } = await partners();
  const { body } = await gateway.ask(
    '{ items(sort: BY_COST) { cost } }',
    {},
    { authorization: `Bearer ${key}` },
  );
  expect(body).toEqual({ data: { items: [{ cost: 3 }] } });
});

test('what is in the contract is answered', async () => {
  const { ask } = await partners();
  const { body } = await ask(
    '{ items(sort: UP, filter: { text: "o" }) { __typename id name } thing { ... on Box { size } } }',
  );
  expect(body).toEqual({
    data: { items: [{ __typename: 'Item', id: '1', name: 'one' }], thing: { size: 2 } },
  });
  expect((await ask('mutation { buy(id: 1) { name } }')).body).toEqual({ data: { buy: { name: 'one' } } });
});

test('an enum value that is not in the contract is null, with an error that does not tell it', async () => {
  const { gateway, ask, key } = await partners();
  const query = '{ thing { ...B } } fragment B on Box { size s: sort sorts must }';
  const { body } = await ask(query);
  expect(body.data).toEqual({ thing: { size: 2, s: null, sorts: ['UP', null], must: null } });
  const paths = [
    ['thing', 's'],
    ['thing', 'sorts', 1],
    ['thing', 'must', 1],
  ];
  expect(body.errors).toEqual(
    paths.map((path) => ({
      message: 'You are not allowed to do this.',
      path,
      extensions: { code: 'FORBIDDEN' },
    })),
  );
  const whole = await gateway.ask(query, {}, { authorization: `Bearer ${key}` });
  expect(whole.body.data.thing.must).toEqual(['UP', 'BY_COST']);
});

test('one text is judged for each door by itself, in whatever order they are asked', async () => {
  const { gateway, ask, key } = await partners();
  const authorization = `Bearer ${key}`;
  const [hidden, open] = ['{ margin }', '{ items { name } }'];
  expect((await gateway.ask(hidden, {}, { authorization })).body).toEqual({ data: { margin: 0.5 } });
  expect((await ask(hidden)).body).not.toHaveProperty('data');
  expect((await ask(open)).body).toEqual((await gateway.ask(open, {}, { authorization })).body);
  expect((await gateway.ask(hidden, {}, { authorization })).body).toEqual({ data: { margin: 0.5 } });
});

test('partners come with a key; people and nobody are told so', async () => {
  const { as, token, ann } = await partners();
  const nobody = await as()('{ items { id } }');
  expect([nobody.status, nobody.headers.get('www-authenticate'), nobody.body]).toEqual([
    401,
    'Bearer',
    { errors: [{ message: 'Send an API key to do this.', extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);
  const person = await as(`Bearer ${await token(ann)}`)('{ items { id } }');
  const sentence = 'Partners call with an API key; a session belongs at /graphql.';
  expect([person.status, person.body]).toEqual([
    403,
    { errors: [{ message: sentence, extensions: { code: 'FORBIDDEN' } }] },
  ]);
});

test('the rules of HTTP are those of the other door', async () => {
  const { gateway, key } = await partners();
  const authorization = `Bearer ${key}`;
  const get = (search: string, headers: object = {}) =>
    gateway.send(`/partner/graphql${search}`, { headers: { authorization, ...headers } });
  const preflight = { 'apollo-require-preflight': '1' };
  expect((await get('?query={items{id}}', preflight)).body).toEqual({ data: { items: [{ id: '1' }] } });
  expect((await get('?query={items{id}}')).status).toBe(400);
  expect((await get('?query=mutation{buy(id:1){id}}', preflight)).status).toBe(405);
  const large = await post(
    gateway,
    '/partner/graphql',
    { query: `{ items { id } } #${'x'.repeat(256 * 1024)}` },
    { authorization },
  );
  expect(large.status).toBe(413);
  const deep = await post(
    gateway,
    '/partner/graphql',
    { query: `{ ${'a{'.repeat(30)}b${'}'.repeat(30)} }` },
    { authorization },
  );
  expect(deep.body.errors?.[0]?.extensions['code']).toBe('COST_TOO_HIGH');
});

test('introspection is off for partners as for other programs', async () => {
  const { ask } = await partners();
  const { body } = await ask('{ __schema { types { name } } }');
  expect(body.errors?.[0]?.message).toBe('Introspection is not available here.');
});

test('where nothing is tagged there is no such door', async () => {
  const { gateway } = await productGateway();
  const [door, unknown] = await Promise.all(
    ['/partner/graphql', '/nothing'].map((path) => post(gateway, path, { query: '{ whoami }' })),
  );
  expect([door?.status, door?.text]).toEqual([404, unknown?.text]);
});

test('a gateway that is given a contract serves nothing else, at both doors', async () => {
  const gateway = await gatewayOver([await shop()], { args: ['--contract', 'partner'] });
  for (const path of ['/graphql', '/partner/graphql']) {
    expect((await post(gateway, path, { query: '{ items { name } }' })).body).toEqual({
      data: { items: [{ name: 'one' }] },
    });
    expect((await post(gateway, path, { query: '{ margin }' })).body.errors?.[0]?.message).toBe(
      'Cannot query field "margin" on type "Query".',
    );
  }
});

test('a contract that the supergraph does not have stops the start', async () => {
  await expect(gatewayOver([await shop()], { args: ['--contract', 'nobody'] })).rejects.toThrow(
    '--contract nobody: nothing in the supergraph has that tag.',
  );
});
