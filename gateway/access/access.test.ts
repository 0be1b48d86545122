import { createLog } from '@chorus/shared/log.ts';
import { expect, test, vi } from 'vitest';
import { gatewayOver, subgraph, temporaryFile } from '../testing.ts';

const shop = () =>
  subgraph(
    'shop',
    `type Query { open: Item closed: Item @authenticated items: [Thing] }
     interface Thing { id: ID }
     type Item implements Thing { id: ID name: String! secret: String @requiresScopes(scopes: [["a"]]) must: String! @authenticated }
     type Vault implements Thing @requiresScopes(scopes: [["v"]]) { id: ID code: String }
     type Mutation { do: Item other: Item @authenticated }`,
    {
      Query: {
        open: () => ({ id: 1, name: 'one', secret: 's', must: 'm' }),
        closed: () => ({ id: 2, name: 'two' }),
        items: () => [
          { __typename: 'Item', id: 1, name: 'one' },
          { __typename: 'Vault', id: 2, code: 'c' },
        ],
      },
      Mutation: { do: () => ({ id: 3, name: 'x' }), other: () => ({ id: 3, name: 'x' }) },
      Thing: { __resolveType: ({ __typename: type }: { __typename: string }) => type },
    },
  );

const UNAUTHENTICATED = { message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } };

test('denied fields are null, told once and never sent', async () => {
  const sub = await shop();
  const gateway = await gatewayOver([sub]);
  const { body } = await gateway.ask('{ open { name secret } closed { name } }');
  expect(body).toEqual({
    data: { open: { name: 'one', secret: null }, closed: null },
    errors: [
      { ...UNAUTHENTICATED, path: ['open', 'secret'] },
      { ...UNAUTHENTICATED, path: ['closed'] },
    ],
  });
  expect(sub.received.map(({ query }) => query)).toEqual(['{open{name}}']);
});

test('a mutation with a denied root field is refused before anything ran', async () => {
  const sub = await shop();
  const gateway = await gatewayOver([sub]);
  const { status, body } = await gateway.ask('mutation { do { id } other { id } }');
  expect([status, body]).toEqual([401, { errors: [{ ...UNAUTHENTICATED, path: ['other'] }] }]);
  expect(sub.received).toEqual([]);
});

test('a policy that nobody knows is named in the log at the start', async () => {
  const sub = await subgraph(
    'shop',
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@policy"])
     type Query { open: String closed: String @policy(policies: [["moon_phase", "tide"]]) }`,
    { Query: { open: () => 'yes' } },
  );
  const log = createLog('test', 'silent');
  const warned = vi.spyOn(log, 'warn');
  const policies = temporaryFile('policies.json', '{ "tide": true }');
  const { ask } = await gatewayOver([sub], { log, args: ['--policies', policies] });
  expect(warned).toHaveBeenCalledWith({ policies: ['moon_phase'] }, expect.stringContaining('nobody knows'));
  expect((await ask('{ open closed }')).body.data).toEqual({ open: 'yes', closed: null });
});
