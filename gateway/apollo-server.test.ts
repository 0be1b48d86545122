import { writeFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createLog } from '@chorus/shared/log.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { chorus } from './apollo-server.ts';
import { readConfig } from './config.ts';
import { compose, gatewayOver, lyingSubgraph, saying, subgraph, temporaryFile } from './testing.ts';

const PEOPLE = [
  { id: '1', name: 'Ann' },
  { id: '2', name: 'Bob' },
];

async function subgraphs() {
  const people = await subgraph(
    'people',
    `type Query { people: [Person!] greet(name: String!): String told: String hail: String @deprecated(reason: "Use greet. Deprecated 2026-11-01, removed 2027-02-01.") } type Mutation { rename(id: ID!): Person } type Person @key(fields: "id") { id: ID! name: String! }`,
    {
      Query: {
        people: () => PEOPLE,
        greet: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
        hail: () => 'Hail',
        told: () => {
          throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
        },
      },
      Mutation: { rename: () => PEOPLE[0] },
      Person: { __resolveReference: ({ id }: { id: string }) => PEOPLE.find((person) => person.id === id) },
    },
  );
  const broken = await lyingSubgraph(
    'ages',
    `type Person @key(fields: "id") { id: ID! age: Int }`,
    saying('<html>down for maintenance at 10.0.0.7</html>', 500, 'text/html'),
  );
  return [people, broken];
}

/** Both doors over the same subgraphs. */
async function bothDoors(show = compose) {
  const all = await subgraphs();
  const file = temporaryFile('supergraph.graphql', show(all));
  const server = new ApolloServer(await chorus(readConfig(['--supergraph', file]), createLog('t', 'silent')));
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  onTestFinished(() => server.stop());
  const gateway = await gatewayOver(all);
  const byApollo = async (query: string, variables: object = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as object };
  };
  return { byApollo, gateway, all, file };
}

test.each([
  ['a query', '{ people { id name } }', {}],
  [
    'variables, aliases and fragments',
    'query ($n: String!) { a: greet(name: $n) people { ...P } } fragment P on Person { __typename name }',
    { n: 'Zoë' },
  ],
  ['a mutation', 'mutation { rename(id: "1") { name } }', {}],
  ['a subgraph that is down', '{ people { name age } }', {}],
  ['a failure with internal text', '{ told greet(name: "x") }', {}],
])('Apollo Server in front of the pipeline answers as the own door does: %s', async (_, query, variables) => {
  const { byApollo, gateway } = await bothDoors();
  const own = await gateway.ask(query, variables);
  const apollo = await byApollo(query, variables);
  const withoutRequestId = (body: object) =>
    JSON.parse(JSON.stringify(body).replaceAll(/"requestId":"[^"]*"/g, '"requestId":""')) as object;
  expect(withoutRequestId(apollo.body)).toEqual(withoutRequestId(own.body));
  expect(apollo.status).toBe(own.status);
});

test('behind Apollo Server too, an operation is told that what it uses will go', async () => {
  const { byApollo, gateway } = await bothDoors();
  const told = (headers: { get: (name: string) => string | null }) =>
    ['deprecation', 'sunset'].map((name) => headers.get(name));
  const dates = ['@1793491200', 'Mon, 01 Feb 2027 00:00:00 GMT'];
  expect(told((await byApollo('{ hail }')).headers)).toEqual(dates);
  expect(told((await gateway.ask('{ hail }')).headers)).toEqual(dates);
  expect(told((await byApollo('{ greet(name: "x") }')).headers)).toEqual([null, null]);
});

test('a document that asks for too much is refused behind Apollo Server too', async () => {
  const { byApollo } = await bothDoors();
  const fragments = Array.from(
    { length: 12 },
    (_, n) => `fragment F${n} on Query { a: __typename ...F${n + 1} b: __typename ...F${n + 1} }`,
  ).join(' ');
  const { body } = await byApollo(`{ ...F0 } ${fragments} fragment F12 on Query { __typename }`);
  expect(body).toMatchObject({ errors: [{ extensions: { code: 'COST_TOO_HIGH' } }] });
});

test('Apollo Server shows a changed supergraph too, with no restart', async () => {
  const greeting = 'greet(name: String!): String';
  const { byApollo, all, file } = await bothDoors((shown) =>
    compose(shown.map((each) => ({ ...each, sdl: each.sdl.replace(greeting, '') }))),
  );
  const greet = () => byApollo('{ greet(name: "x") }').then(({ body }) => body);
  expect(await greet()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  writeFileSync(file, compose(all));
  await vi.waitFor(async () => expect(await greet()).toEqual({ data: { greet: 'Hello x' } }), {
    timeout: 5000,
  });
});

test('a document that does not fit is refused in the same words at both doors, once it is known who asks', async () => {
  const { byApollo, gateway } = await bothDoors();
  for (const query of [
    '{ peple { name } }',
    '{ people { name { x } } }',
    'query ($n: String!) { greet(name: $n) }',
  ]) {
    const [one, two] = [await byApollo(query), await gateway.ask(query)];
    expect(one.body).toEqual(two.body);
    expect(one.status).toBe(two.status);
  }
});
