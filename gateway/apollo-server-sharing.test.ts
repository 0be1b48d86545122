import type { ApolloServerPlugin } from '@apollo/server';
import { createLog } from '@chorus/shared/log.ts';
import { expect, test } from 'vitest';
import { chorus } from './apollo-server.ts';
import { compose, subgraph, temporaryFile } from './testing.ts';
import { apolloDoorWith } from './testing-doors.ts';

test('what a plugin changes in one answer is not in another that was fetched together with it', async () => {
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<number>()];
  const slow = () => {
    asked.resolve();
    return answer.promise;
  };
  const sub = await subgraph('one', 'type Query { a: Int b: Int }', { Query: { a: slow, b: () => 2 } });
  const counting: ApolloServerPlugin = {
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { body } }) => {
        const data = body.kind === 'single' ? body.singleResult.data : undefined;
        if (typeof data?.['a'] === 'number') data['a'] += 1;
      },
    }),
  };
  const supergraph = temporaryFile('supergraph.graphql', compose([sub]));
  const options = chorus({ supergraph, log: createLog('test', 'silent') });
  const { ask } = await apolloDoorWith({ ...options, plugins: [...options.plugins, counting] });
  const first = ask('{ a }');
  await asked.promise;
  const others = [ask('{ a }'), ask('{ a }')];
  await ask('{ b }');
  answer.resolve(1);
  for (const { body } of await Promise.all([first, ...others])) expect(body).toEqual({ data: { a: 2 } });
  expect(sub.received.filter(({ query }) => query.includes('a')).length).toBe(1);
});
