import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';
import { productGateway } from '../testing-product.ts';

const SDL = 'type Query { a: String } type Mutation { signIn: String change: String }';
interface Context {
  headers: Record<string, string>;
  response: { setHeader: (name: string, value: string | string[]) => void };
}

/** Sets two cookies and tells what it was sent. */
const talkative = (_: unknown, _args: unknown, { headers, response }: Context) => {
  response.setHeader('set-cookie', ['chorus_refresh=new; HttpOnly', 'other=1']);
  return JSON.stringify([headers['cookie'], headers['chorus-session-mode'], headers['chorus-scheme']]);
};

async function asked(query: string, headers: Record<string, string>, env = {}) {
  const accounts = await subgraph('accounts', SDL, {
    Query: { a: talkative },
    Mutation: { signIn: talkative, change: talkative },
  });
  const { gateway } = await productGateway({ over: [accounts], env });
  const answer = await gateway.ask(query, {}, { cookie: 'x=1; chorus_refresh=old; y=2', ...headers });
  const told = Object.values(answer.body.data as Record<string, string>)[0] ?? '';
  return { told: JSON.parse(told) as unknown, set: answer.headers.getSetCookie(), origin: gateway.origin };
}

const WANTED = { 'x-chorus-session': 'cookie' };
const LISTED = { origin: 'https://app.example.com' };
const env = { CORS_ORIGINS: LISTED.origin };

test('the session cookie travels both ways for session mutations of listed pages', async () => {
  const { told, set } = await asked('mutation { signIn }', { ...WANTED, ...LISTED }, env);
  expect(told).toEqual(['chorus_refresh=old', 'cookie', 'http']);
  expect(set).toEqual(['chorus_refresh=new; HttpOnly']);
});

test.each([
  ['without the header', 'mutation { signIn }', LISTED],
  ['from another page', 'mutation { signIn }', { ...WANTED, origin: 'https://evil.example' }],
  ['from no page', 'mutation { signIn }', WANTED],
  ['for another mutation', 'mutation { change }', { ...WANTED, ...LISTED }],
  ['for another mutation beside it', 'mutation { signIn change }', { ...WANTED, ...LISTED }],
  [
    'for another mutation in a fragment',
    'mutation { ...F } fragment F on Mutation { signIn change }',
    { ...WANTED, ...LISTED },
  ],
  ['for a query', '{ a }', { ...WANTED, ...LISTED }],
])('no cookie travels %s', async (_what, query, headers) => {
  const { told, set } = await asked(query, headers, env);
  expect(told).toEqual([null, null, 'http']);
  expect(set).toEqual([]);
});

test('standalone gateways relay no cookie', async () => {
  const accounts = await subgraph('accounts', SDL, { Mutation: { signIn: talkative } });
  const gateway = await gatewayOver([accounts], { env });
  const { body, headers } = await gateway.ask(
    'mutation { signIn }',
    {},
    { ...WANTED, ...LISTED, cookie: 'chorus_refresh=x' },
  );
  expect(body.data.signIn).toBe('[null,null,null]');
  expect(headers.getSetCookie()).toEqual([]);
});
