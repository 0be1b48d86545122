import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { compose, gatewayOver, subgraph } from '../testing.ts';

/** Two services with what makes plans interesting: entities, fields that need others, abstract types, mutations. */
async function services() {
  const animals = [
    { __typename: 'Cat', id: '1', name: 'Tom', grams: 4000 },
    { __typename: 'Dog', id: '2', name: 'Rex', grams: 9000 },
    { __typename: 'Cat', id: '1', name: 'Tom', grams: 4000 },
  ];
  const byId = ({ id }: { id: string }) => animals.find((animal) => animal.id === id);
  const first = await subgraph(
    'animals',
    `type Query { animals: [Animal!] any: [Any!] animal(id: ID!): Animal }
     type Mutation { feed(id: ID!, grams: Int = 10): Animal }
     interface Animal { id: ID! name: String }
     type Cat implements Animal @key(fields: "id") { id: ID! name: String grams: Int }
     type Dog implements Animal @key(fields: "id") { id: ID! name: String grams: Int }
     union Any = Cat | Dog`,
    {
      Query: {
        animals: () => animals,
        any: () => animals,
        animal: (_: unknown, key: { id: string }) => byId(key),
      },
      Mutation: {
        feed: (_: unknown, key: { id: string; grams: number }) => ({ ...byId(key), grams: key.grams }),
      },
      Cat: { __resolveReference: byId },
      Dog: { __resolveReference: byId },
    },
  );
  const kilos = ({ grams }: { grams: number }) => grams / 1000;
  const second = await subgraph(
    'weights',
    `type Query { heaviest: Dog }
     type Cat @key(fields: "id") { id: ID! grams: Int @external kilos: Float @requires(fields: "grams") lives: Int }
     type Dog @key(fields: "id") { id: ID! grams: Int @external kilos: Float @requires(fields: "grams") }`,
    { Query: { heaviest: () => ({ id: '2' }) }, Cat: { kilos, lives: () => 7 }, Dog: { kilos } },
  );
  return [first, second];
}

const OPERATIONS: [text: string, variables?: Record<string, unknown>][] = [
  [
    '{ animals { __typename id name ... on Cat { kilos lives } ... on Dog { kilos } } heaviest { name kilos } }',
  ],
  ['{ any { ...A } } fragment A on Any { ... on Animal { name } ... on Cat { lives grams weight: kilos } }'],
  [
    'query ($id: ID!, $c: Boolean!) { animal(id: $id) { name ... on Cat @include(if: $c) { lives } ... on Cat @skip(if: $c) { kilos } } }',
    { id: '1', c: false },
  ],
  [
    'mutation ($g: Int) { a: feed(id: "1") { ... on Cat { kilos } } b: feed(id: "2", grams: $g) { ... on Dog { kilos } } }',
    { g: 5 },
  ],
];

test('operations are answered as Apollo’s gateway answers them, which never plans here', async () => {
  const all = await services();
  const gateway = await gatewayOver(all);
  const ours: unknown[] = [];
  const planned = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
  onTestFinished(() => planned.mockRestore());
  for (const [text, variables] of OPERATIONS) ours.push((await gateway.ask(text, variables)).body);
  expect(planned).not.toHaveBeenCalled();

  const apollo = new ApolloGateway({
    supergraphSdl: compose(all),
    buildService: ({ url = '' }) => new RemoteGraphQLDataSource({ url }),
  });
  const { executor } = await apollo.load();
  for (const [index, [text, variables = {}]] of OPERATIONS.entries()) {
    const asked = {
      request: { variables },
      document: parse(text),
      queryHash: text,
      context: {},
      metrics: {},
    };
    const { data } = await executor(asked as Parameters<typeof executor>[0]);
    expect(ours[index]).toEqual({ data });
    expect(JSON.stringify(data)).toMatch(/kilos|lives|weight/);
  }
  expect(planned).toHaveBeenCalledTimes(OPERATIONS.length);
});
