import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import { compose, gatewayOver, subgraph } from '../testing.ts';
import { ANIMALS } from './animals.testing.ts';

test('operations are answered as Apollo’s gateway answers them, which never plans here', async () => {
  const { animals, weights } = ANIMALS.subgraphs;
  const all = [
    await subgraph('animals', animals.sdl, animals.resolvers),
    await subgraph('weights', weights.sdl, weights.resolvers),
  ];
  const gateway = await gatewayOver(all);
  const ours: unknown[] = [];
  const planned = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
  onTestFinished(() => planned.mockRestore());
  for (const { operation, variables } of ANIMALS.questions)
    ours.push((await gateway.ask(operation, variables)).body);
  expect(planned).not.toHaveBeenCalled();

  const apollo = new ApolloGateway({
    supergraphSdl: compose(all),
    buildService: ({ url = '' }) => new RemoteGraphQLDataSource({ url }),
  });
  const { executor } = await apollo.load();
  for (const [index, { operation: text, variables = {} }] of ANIMALS.questions.entries()) {
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
  expect(planned).toHaveBeenCalledTimes(ANIMALS.questions.length);
});
