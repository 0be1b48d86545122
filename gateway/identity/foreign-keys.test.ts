import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gatewayOver, saying, serve, subgraph, temporaryFile } from '../testing.ts';
import { foreignIssuer, keyFileOf } from '../testing-tokens.ts';

/** A gateway that takes its keys from there; `ask` says the status a token gets. */
async function trusting(jwks: string) {
  const one = await subgraph('one', 'type Query { a: Int }', { Query: { a: () => 1 } });
  const gateway = await gatewayOver([one], { args: ['--jwks', jwks] });
  const reply = (token: string) => gateway.ask('{ a }', {}, { authorization: `Bearer ${token}` });
  return { one, reply, ask: async (token: string) => (await reply(token)).status };
}

/** Key sets behind an address; `asked` counts how often, and the handler can be changed. */
async function published(...keys: object[]) {
  const at = { answer: saying(JSON.stringify({ keys })), asked: 0, url: '' };
  const { port } = await serve((request, response) => {
    at.asked += 1;
    at.answer(request, response);
  });
  at.url = `http://127.0.0.1:${port}/jwks.json`;
  return at;
}

const setOf = (...keys: object[]) => saying(JSON.stringify({ keys }));

function later() {
  const start = Date.now();
  onTestFinished(() => void vi.useRealTimers());
  return (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + ms });
}

test('keys are fetched when a token comes, and not for each', async () => {
  const { jwk, token } = await foreignIssuer();
  const keys = await published(jwk);
  const { ask } = await trusting(keys.url);
  expect(keys.asked).toBe(0);
  const tokens = await Promise.all([1, 2, 3, 4].map((n) => token({ sub: `${n}` })));
  expect(await Promise.all(tokens.map(ask))).toEqual([200, 200, 200, 200]);
  expect(keys.asked).toBe(1);
});

test('a key that was added counts at once for everybody who waits, and unknown keys ask for it rarely', async () => {
  const [old, next, stranger] = [
    await foreignIssuer('ES256', 'old'),
    await foreignIssuer('ES256', 'next'),
    await foreignIssuer('ES256', 'strange'),
  ];
  const keys = await published(old.jwk);
  const { ask } = await trusting(keys.url);
  const at = later();
  at(0);
  expect(await ask(await old.token())).toBe(200);
  keys.answer = setOf(old.jwk, next.jwk);
  const tokens = await Promise.all([1, 2, 3].map((n) => next.token({ sub: `${n}` })));
  expect(await Promise.all(tokens.map(ask))).toEqual([200, 200, 200]);
  expect(keys.asked).toBe(2);
  for (let i = 0; i < 5; i++) expect(await ask(await stranger.token())).toBe(401);
  expect(keys.asked).toBe(2);
  at(11_000);
  expect(await ask(await stranger.token())).toBe(401);
  expect(keys.asked).toBe(3);
});

test('a key that was withdrawn counts no more after five minutes, also for a token that was good', async () => {
  const [old, next] = [await foreignIssuer('ES256', 'old'), await foreignIssuer('ES256', 'next')];
  const keys = await published(old.jwk);
  const { ask } = await trusting(keys.url);
  const token = await old.token({ exp: Math.floor(Date.now() / 1000) + 3600 });
  const at = later();
  expect(await ask(token)).toBe(200);
  keys.answer = setOf(next.jwk);
  at(299_000);
  expect(await ask(token)).toBe(200);
  at(301_000);
  expect(await ask(token)).toBe(401);
});

test('an address that is down is an outage of the service and not of the caller, until it is up', async () => {
  const { jwk, token } = await foreignIssuer();
  const keys = await published(jwk);
  keys.answer = saying('down', 500);
  const at = later();
  at(0);
  const { one, reply, ask } = await trusting(keys.url);
  const credential = await token();
  const { status, body } = await reply(credential);
  expect([status, body.errors?.[0]?.extensions['code']]).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  expect(await ask(credential)).toBe(503);
  expect([keys.asked, one.received]).toEqual([1, []]);
  keys.answer = setOf(jwk);
  at(1100);
  expect(await ask(credential)).toBe(200);
});

test('known keys outlast an address that is down for an hour, but unknown ones cannot be judged', async () => {
  const [known, unknown] = [await foreignIssuer('ES256', 'a'), await foreignIssuer('ES256', 'b')];
  const keys = await published(known.jwk);
  const { ask } = await trusting(keys.url);
  const endsLate = { exp: Math.floor(Date.now() / 1000) + 7200 };
  const at = later();
  expect(await ask(await known.token(endsLate))).toBe(200);
  keys.answer = (request) => request.socket.destroy();
  at(600_000);
  expect(await ask(await known.token({ ...endsLate, sub: 'other' }))).toBe(200);
  expect(await ask(await unknown.token(endsLate))).toBe(503);
  at(3_601_000);
  expect(await ask(await known.token(endsLate))).toBe(503);
});

test.each<[string, RequestListener]>([
  ['no JSON', saying('<html>')],
  ['no key set', saying('{"keys":{}}')],
  ['too much', saying(JSON.stringify({ keys: [], more: 'x'.repeat(600_000) }))],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/keys' }).end()],
  ['nothing within two seconds', (request) => request.resume()],
])('an address that answers %s gives no keys', async (_, answer) => {
  const { jwk, token } = await foreignIssuer();
  const keys = await published(jwk);
  keys.answer = (request, response) =>
    request.url === '/keys' ? setOf(jwk)(request, response) : answer(request, response);
  const { ask } = await trusting(keys.url);
  expect(await ask(await token())).toBe(503);
});

test('a key file is read again when a token names a key that is not in it', async () => {
  const [old, next] = [await foreignIssuer('ES256', 'old'), await foreignIssuer('ES256', 'next')];
  const file = keyFileOf([old.jwk]);
  const { ask } = await trusting(file);
  expect(await ask(await old.token())).toBe(200);
  writeFileSync(file, JSON.stringify({ keys: [next.jwk] }));
  expect([await ask(await next.token()), await ask(await old.token())]).toEqual([200, 401]);
});

test('a token without a key id is tried with each key that fits', async () => {
  const issuers = await Promise.all([1, 2, 3].map(() => foreignIssuer('ES256', null)));
  const { ask } = await trusting(keyFileOf(issuers.map(({ jwk }) => jwk)));
  for (const { token } of issuers) expect(await ask(await token())).toBe(200);
  const { token } = await foreignIssuer('ES256', null);
  expect(await ask(await token())).toBe(401);
});

test('a key set that cannot be read stops the start', async () => {
  for (const jwks of ['/nope.json', temporaryFile('jwks.json', '{}'), 'https://'])
    await expect(trusting(jwks)).rejects.toThrow(/^--jwks must name a file or an address.*\.$/);
});
