import { createHmac } from 'node:crypto';
import { SignJWT, type JWTHeaderParameters } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';
import { foreignIssuer, keyFileOf, type ForeignIssuer } from '../testing-tokens.ts';
import { UNAUTHENTICATED } from '../testing-product.ts';

const standing = async (args: string[]) => {
  const one = await subgraph('one', 'type Query { a: Int } type Mutation { signIn: Int }', {
    Query: { a: () => 1 },
    Mutation: { signIn: () => 1 },
  });
  const gateway = await gatewayOver([one], { args });
  const ask = (authorization?: string, query = '{ a }') =>
    gateway.ask(query, {}, authorization === undefined ? {} : { authorization });
  const status = async (authorization?: string) => (await ask(authorization)).status;
  return { one, ask, status };
};

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowS = () => Math.floor(Date.now() / 1000);

test.each(['EdDSA', 'ES256', 'RS256'])(
  'tokens signed with %s are checked in standalone mode',
  async (alg) => {
    const { jwks, token } = await foreignIssuer(alg);
    const { status } = await standing(['--jwks', jwks, '--issuer', 'them', '--audience', 'us']);
    expect(await status(`Bearer ${await token()}`)).toBe(200);
    expect(await status(`bearer ${await token({ aud: ['others', 'us'] })}`)).toBe(200);
    expect(await status()).toBe(200);
    for (const claims of [{ iss: 'others' }, { iss: undefined }, { aud: 'others' }, { aud: undefined }])
      expect(await status(`Bearer ${await token(claims)}`)).toBe(401);
  },
);

test.each(['ES384', 'ES512', 'PS256', 'RS384', 'RS512'])(
  'a token signed with %s is refused, though its key is among the keys',
  async (alg) => {
    const { jwks, token } = await foreignIssuer(alg);
    const { one, status } = await standing(['--jwks', jwks]);
    expect(await status(`Bearer ${await token()}`)).toBe(401);
    expect(one.received).toEqual([]);
  },
);

/** Tokens that nobody signed with the issuer's key. */
async function forged({ jwk, privateKey }: ForeignIssuer): Promise<string[]> {
  const stranger = await foreignIssuer('RS256');
  const payload = encoded({ sub: 'me', exp: nowS() + 300 });
  const secret = Buffer.from(JSON.stringify(jwk));
  const macked = `${encoded({ alg: 'HS256', kid: 'k' })}.${payload}`;
  const signed = (header: JWTHeaderParameters, by: CryptoKey) =>
    new SignJWT({ sub: 'me', exp: nowS() + 300 }).setProtectedHeader(header).sign(by);
  return [
    `${encoded({ alg: 'none', kid: 'k' })}.${payload}.`,
    `${encoded({ alg: 'RS256', kid: 'k' })}.${payload}.`,
    `${macked}.${createHmac('sha256', secret).update(macked).digest('base64url')}`,
    `${macked}.${createHmac('sha256', jwk.n ?? '')
      .update(macked)
      .digest('base64url')}`,
    await signed({ alg: 'PS256', kid: 'k' }, (await foreignIssuer('PS256')).privateKey),
    await signed({ alg: 'RS256', kid: 'k' }, stranger.privateKey),
    await signed({ alg: 'RS256', kid: 'other' }, privateKey),
    await signed({ alg: 'RS256', jwk: stranger.jwk }, stranger.privateKey),
    await signed({ alg: 'RS256', kid: 'k', jku: 'http://127.0.0.1:1/' }, stranger.privateKey),
    await stranger.token(),
  ];
}

test('a token that the issuer did not sign is refused in one form and asks no subgraph', async () => {
  const issuer = await foreignIssuer('RS256');
  const secretKey = { kty: 'oct', k: issuer.jwk.n ?? '', kid: 'k', alg: 'HS256' };
  const { one, ask } = await standing(['--jwks', keyFileOf([issuer.jwk, secretKey])]);
  expect((await ask(`Bearer ${await issuer.token()}`)).status).toBe(200);
  one.received.length = 0;
  const others = ['nonsense', 'a.b.c', '', 'x'.repeat(9000)];
  for (const token of [...(await forged(issuer)), ...others]) {
    const { status, body, headers } = await ask(`Bearer ${token}`);
    expect([token, status, headers.get('www-authenticate')]).toEqual([token, 401, 'Bearer']);
    expect(body).toEqual(UNAUTHENTICATED);
  }
  expect(await ask('Basic YTpi')).toMatchObject({ status: 401 });
  expect(one.received).toEqual([]);
});

test('a token is good from its beginning to its end, and one without an end never', async () => {
  const { jwks, token } = await foreignIssuer();
  const { status } = await standing(['--jwks', jwks]);
  const now = nowS();
  const times = [
    [{ exp: now + 60 }, 200],
    [{ exp: now + 60, nbf: now + 10 }, 200],
    [{ exp: now + 60, nbf: now + 61 }, 401],
    [{ exp: now - 1 }, 401],
    [{ exp: now }, 401],
    [{ exp: undefined }, 401],
    [{ exp: 0 }, 401],
  ] as const;
  for (const [claims, expected] of times)
    expect([claims, await status(`Bearer ${await token(claims)}`)]).toEqual([claims, expected]);
});

test('a token that was good ends by the clock', async () => {
  const { jwks, token } = await foreignIssuer();
  const { status } = await standing(['--jwks', jwks]);
  const credential = `Bearer ${await token()}`;
  expect([await status(credential), await status(credential)]).toEqual([200, 200]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await status(credential)).toBe(401);
});

test('a token that ended is refused beside anything, whatever a mutation is called', async () => {
  const { jwks, token } = await foreignIssuer();
  const { one, ask } = await standing(['--jwks', jwks]);
  const ended = `Bearer ${await token({ exp: nowS() - 3600 })}`;
  expect((await ask(ended, 'mutation { signIn }')).status).toBe(401);
  expect(one.received).toEqual([]);
});

test('without --jwks nobody looks at the Authorization header', async () => {
  const { status } = await standing([]);
  expect(await status('Bearer nonsense')).toBe(200);
  expect(await status('nonsense')).toBe(200);
});
