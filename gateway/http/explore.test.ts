import { get } from 'node:http';
import { expect, test } from 'vitest';
import { subgraph, temporaryFile } from '../testing.ts';
import { productGateway } from '../testing-product.ts';
import { totpCode } from './demo-sign-in.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const SDL = `type Query { a: Int }
  input SignInInput { email: String! password: String! tenant: String }
  input CompleteMfaInput { challengeToken: String! code: String! }
  type Session { accessToken: String! } type MfaChallenge { challengeToken: String! } type SignInRefused { message: String! }
  union SignInResult = Session | MfaChallenge | SignInRefused
  type Mutation { signIn(input: SignInInput!): SignInResult completeMfa(input: CompleteMfaInput!): SignInResult }`;

/** What a page sees whose own name leads to this machine. */
const statusByName = (origin: string, host: string) =>
  new Promise((resolve, reject) => {
    get(`${origin}/explore/people`, { headers: { host }, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    }).on('error', reject);
  });

/** Accounts as far as signing in goes: a code works once. */
async function demo() {
  const used = new Set<string>();
  const accounts = await subgraph('accounts', SDL, {
    Query: { a: () => 1 },
    Mutation: {
      signIn: (_: unknown, { input }: { input: { email: string; password: string; tenant?: string } }) => {
        if (input.password !== 'right') return { __typename: 'SignInRefused', message: 'no' };
        return input.email.startsWith('owner')
          ? { __typename: 'MfaChallenge', challengeToken: input.email }
          : { __typename: 'Session', accessToken: `${input.email} in ${input.tenant}` };
      },
      completeMfa: (_: unknown, { input }: { input: { challengeToken: string; code: string } }) => {
        const step = Math.floor(Date.now() / 30_000);
        const fits =
          [step, step + 1].some((at) => totpCode(SECRET, at) === input.code) && !used.has(input.code);
        used.add(input.code);
        return fits
          ? { __typename: 'Session', accessToken: `${input.challengeToken} with code` }
          : { __typename: 'SignInRefused', message: 'no' };
      },
    },
  });
  const users = [{ email: 'viewer@acme.test', tenant: 'acme', role: 'viewer' }];
  const file = temporaryFile(
    'demo.json',
    JSON.stringify({ password: 'right', totpSecret: SECRET, users, apiKeys: [] }),
  );
  const { gateway } = await productGateway({ over: [accounts], env: { CHORUS_DEMO_FILE: file } });
  const signIn = (body: object, headers: Record<string, string> = {}) =>
    gateway.send('/explore/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { gateway, accounts, users, signIn };
}

test('one-time codes are those of RFC 6238', () => {
  expect([1, 37_037_036, 37_037_037, 666_666_666].map((step) => totpCode(SECRET, step))).toEqual([
    '287082',
    '081804',
    '050471',
    '353130',
  ]);
});

test('whoever sits at the machine signs in as a person of the demo, twice within one code as well', async () => {
  const { gateway, signIn, users } = await demo();
  expect((await gateway.send('/explore/people')).body).toEqual({ people: users });
  const token = async (body: object) => (await signIn(body)).body;
  expect(await token({ email: 'viewer@acme.test', tenant: 'acme' })).toEqual({
    accessToken: 'viewer@acme.test in acme',
  });
  expect(await token({ email: 'owner@acme.test' })).toEqual({ accessToken: 'owner@acme.test with code' });
  expect(await token({ email: 'owner@acme.test' })).toEqual({ accessToken: 'owner@acme.test with code' });
  expect(await token({ email: 'owner@globex.test' })).toEqual({ accessToken: 'owner@globex.test with code' });
});

test('pages of other origins and hosts get nobody signed in', async () => {
  const { gateway, signIn, accounts } = await demo();
  const person = { email: 'viewer@acme.test' };
  expect((await signIn(person, { origin: 'https://evil.example' })).status).toBe(404);
  expect((await signIn(person, { origin: 'null' })).status).toBe(404);
  expect(await statusByName(gateway.origin, 'evil.example')).toBe(404);
  expect(await statusByName(gateway.origin, 'localhost')).toBe(200);
  expect((await signIn(person, { 'content-type': 'text/plain' })).status).toBe(400);
  expect(accounts.received).toEqual([]);
});

test('the page’s own door shows the schema, the public one does not', async () => {
  const { gateway } = await demo();
  const query = '{ __schema { queryType { name } } }';
  const at = async (path: string) =>
    (
      await gateway.send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
    ).body;
  expect((await at('/explore/graphql')).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  expect((await at('/graphql')).errors?.[0]?.message).toBe('Introspection is not available here.');
});

test('in production there is neither page nor sign-in', async () => {
  const { gateway } = await productGateway({ env: { NODE_ENV: 'production' } });
  for (const path of ['/explore', '/explore/people', '/explore/sign-in', '/explore/graphql']) {
    expect((await gateway.send(path)).status).toBe(404);
  }
});
