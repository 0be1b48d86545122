import { expect, test } from 'vitest';
import { newExplanation } from '../explanation.ts';
import { gatewayOver, subgraph, temporaryFile } from '../testing.ts';
import { apolloDoor } from '../testing-doors.ts';
import { foreignIssuer } from '../testing-tokens.ts';

const CHORUS = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature"])
  @composeDirective(name: "@mfa") @composeDirective(name: "@feature")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION | ENUM_VALUE\n`;

const shop = () =>
  subgraph(
    'shop',
    `${CHORUS} type Query { item(sort: Sort): Item things: [Thing!] }
     enum Sort { NAME SECRET @feature(flag: "sort", mode: "upsell") }
     interface Thing { id: ID! }
     type Item implements Thing @key(fields: "id") {
       id: ID! name: String! size: Size! @shareable reviewed: Boolean @federation__policy(policies: [["staff"], ["friend"]])
       price: Int @requiresScopes(scopes: [["a", "b"], ["c"]]) cost: Int @mfa(maxAge: 60)
       soon: Int @feature(flag: "unreleased") }
     type Size @shareable { high: Int wide: Int }
     type Vault implements Thing { id: ID! size: Size kind: Kind code: Int @authenticated @requiresScopes(scopes: [["v"]]) }
     enum Kind { OPEN CLOSED @feature(flag: "kind", mode: "upsell") }
     type Mutation { sell: Item @mfa(maxAge: 60) }`,
    {
      Query: {
        item: () => ({ id: 1, name: 'one', price: 5, cost: 3, reviewed: true }),
        things: () => [
          { __typename: 'Item', id: 1, size: { high: 1 } },
          { __typename: 'Vault', id: 2, size: { wide: 2 }, code: 4, kind: 'CLOSED' },
        ],
      },
      Thing: { __resolveType: ({ __typename: type }: { __typename: string }) => type },
    },
  );

const stock = () =>
  subgraph(
    'stock',
    'type Item @key(fields: "id") { id: ID! size: Size @shareable left: [Shelf!] } type Size @shareable { high: Int wide: Int } type Shelf { row: Int }',
    { Item: { __resolveReference: ({ id }: { id: string }) => ({ id, left: [{ row: 3 }] }) } },
  );

/** Asks as whoever has a token with these scopes and claims. */
async function asking(env: Record<string, string> = {}) {
  const { jwks, token } = await foreignIssuer();
  const over = [await shop(), await stock()];
  const policies = temporaryFile('policies.json', '{"friend": "claims.friend == true"}');
  const gateway = await gatewayOver(over, { args: ['--jwks', jwks, '--policies', policies], env });
  const headersOf = async (scope: string, claims: object = {}) => ({
    authorization: `Bearer ${await token({ scope, ...claims })}`,
    'chorus-explain': '1',
  });
  const ask = async (query: string, scope: string, claims = {}, variables = {}) => {
    const answer = await gateway.ask(query, variables, await headersOf(scope, claims));
    return { ...answer, paths: answer.body.extensions?.why.paths ?? {} };
  };
  return { ask, headersOf, over, jwks, gateway };
}

const EXPLAIN = 'request.explain';
const nowS = () => Math.floor(Date.now() / 1000);

test('a token is told which scope, policy and second factor decided', async () => {
  const { ask } = await asking();
  const query = '{ item { reviewed price cost } }';
  const claims = { friend: true, mfa_at: nowS() - 100 };
  const { paths, body } = await ask(query, `${EXPLAIN} a b`, claims);
  expect(body.data).toEqual({ item: { reviewed: true, price: 5, cost: null } });
  expect(paths['item.price']?.access).toEqual({
    rules: ['@requiresScopes(scopes: [["a", "b"], ["c"]])'],
    allowed: true,
    grant: { scope: 'a' },
  });
  expect(paths['item.reviewed']?.access).toEqual({
    rules: ['@policy(policies: [["staff"], ["friend"]])'],
    allowed: true,
    policies: { staff: false, friend: true },
  });
  const { mfa, ...cost } = paths['item.cost']?.access ?? {};
  expect(cost).toEqual({ rules: ['@mfa(maxAge: 60)'], allowed: false, code: 'MFA_REQUIRED' });
  expect(mfa?.maxAge).toBe(60);
  expect(mfa?.age).toBeGreaterThanOrEqual(100);
  const { paths: without } = await ask(query, `${EXPLAIN} a`);
  expect(without['item.price']?.access).toEqual({
    rules: ['@requiresScopes(scopes: [["a", "b"], ["c"]])'],
    allowed: false,
    code: 'FORBIDDEN',
  });
});

test('each place, in the order of the document, names the subgraph that filled it, also where the planner renamed a field', async () => {
  const { ask, over } = await asking();
  const { paths, body } = await ask(
    `{ __typename all: things { ...N ... on Item { shelves: left { row } } ... on Vault { size { wide } } } }
     fragment N on Item { size { high } }`,
    EXPLAIN,
  );
  expect(body.data.all[1]).toEqual({ size: { wide: 2 } });
  expect(over[0]?.received[0]?.query).toContain('__alias_');
  const filled = Object.entries(paths).map(([path, { fetch }]) => [path, fetch?.subgraph]);
  expect(filled).toEqual([
    ['all', 'shop'],
    ['all.size', 'shop'],
    ['all.size.high', 'shop'],
    ['all.shelves', 'stock'],
    ['all.shelves.row', 'stock'],
    ['all.size.wide', 'shop'],
  ]);
});

test('one name that stands for several things is denied where any of them is, with all their rules', async () => {
  const { ask } = await asking();
  const { paths } = await ask(
    '{ things { ... on Vault { x: code } ... on Item { x: price } below: __typename } }',
    `${EXPLAIN} c`,
  );
  expect(paths['things.x']?.access).toEqual({
    rules: [
      '@requiresScopes(scopes: [["v"]])',
      '@authenticated',
      '@requiresScopes(scopes: [["a", "b"], ["c"]])',
    ],
    allowed: false,
    code: 'FORBIDDEN',
  });
});

test('values of variables and of answers are explained at their field, and what is left out is not', async () => {
  const { ask } = await asking();
  const query = `query ($sort: Sort, $no: Boolean!) {
    item(sort: $sort) { name } things { id @include(if: $no) ... on Vault { kind } } }`;
  const { paths, body } = await ask(query, EXPLAIN, {}, { sort: 'SECRET', no: false });
  const denied = (flag: string) => ({
    access: {
      rules: [`@feature(flag: "${flag}", mode: "upsell")`],
      allowed: false,
      code: 'FEATURE_DISABLED',
    },
    feature: { flag, on: false, layer: 'none' },
  });
  const fetch = expect.objectContaining({ subgraph: 'shop' }) as unknown;
  expect(body.data.item).toBeNull();
  expect(paths).toEqual({
    item: { ...denied('sort'), cost: 1 },
    things: { access: { rules: [], allowed: true }, cost: 10, fetch },
    'things.kind': { ...denied('kind'), fetch },
  });
});

test('an operation that costs too much ends before anybody judged it, so there are no reasons', async () => {
  const { ask } = await asking({ MAX_COST: '5' });
  const { body } = await ask('{ things { id } }', EXPLAIN);
  expect(body.errors?.[0]?.extensions['code']).toBe('COST_TOO_HIGH');
  expect(body.extensions).toBeUndefined();
});

test('nothing is said of what does not exist for the caller', async () => {
  const { ask } = await asking();
  const { paths, text } = await ask('{ item { name soon } }', EXPLAIN);
  expect(text).not.toContain('unreleased');
  expect(Object.keys(paths)).not.toContain('item.soon');
});

test('the challenge for a second factor carries the reasons, for queries and mutations', async () => {
  const { ask } = await asking();
  for (const query of ['mutation { sell { name } }', '{ item { cost } }']) {
    const { paths, status } = await ask(query, EXPLAIN);
    const [, last] = Object.entries(paths).at(-1) ?? [];
    expect([status, last?.access?.code, last?.access?.mfa]).toEqual([
      401,
      'MFA_REQUIRED',
      { age: null, maxAge: 60 },
    ]);
  }
});

test('a page of another origin may send the header', async () => {
  const { gateway } = await asking();
  const preflight = { method: 'OPTIONS', headers: { origin: 'http://localhost:3000' } };
  const { headers } = await gateway.send('/graphql', preflight);
  expect(headers.get('access-control-allow-headers')).toContain('chorus-explain');
});

test('Apollo Server hands the reasons over, and nothing to whoever may not have them', async () => {
  const { headersOf, jwks, gateway } = await asking();
  const { ask } = await apolloDoor({ supergraph: gateway.supergraphFile, jwks });
  const post = async (query: string, headers: Record<string, string>) => (await ask(query, {}, headers)).body;
  const told = await post('{ item { price } }', await headersOf(EXPLAIN));
  expect(told.extensions?.why.paths['item.price']?.access?.code).toBe('FORBIDDEN');
  const refused = await post('mutation { sell { name } }', await headersOf(EXPLAIN));
  expect(refused.extensions?.why.paths['sell']?.access?.code).toBe('MFA_REQUIRED');
  expect(await post('{ item { name } }', await headersOf('a'))).toEqual({ data: { item: { name: 'one' } } });
});

test('an explanation has at most 2,000 places, and takes a cost from whoever counts it', () => {
  const explanation = newExplanation({ grant: () => undefined, flag: () => ({ layer: 'none' }) });
  const access = { rules: [], allowed: true };
  for (let index = 0; index < 3000; index++) explanation.at(`field${index}`).access = access;
  explanation.at('field7').cost = 70;
  explanation.cost = 9;
  const { paths, cost } = explanation.told();
  expect([Object.keys(paths).length, paths['field7'], cost]).toEqual([2000, { access, cost: 70 }, 9]);
});
