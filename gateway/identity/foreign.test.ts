import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { gatewayOver, subgraph, temporaryFile } from '../testing.ts';

async function issuer(alg: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwks = temporaryFile(
    'jwks.json',
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg }] }),
  );
  const token = (claims: Record<string, string> = {}) =>
    new SignJWT({ sub: 'me', iss: 'them', aud: 'us', ...claims })
      .setProtectedHeader({ alg, kid: 'k' })
      .setExpirationTime('5m')
      .sign(privateKey);
  return { jwks, token };
}

const standing = async (args: string[]) => {
  const one = await subgraph('one', 'type Query { a: Int }', { Query: { a: () => 1 } });
  const gateway = await gatewayOver([one], { args });
  const status = async (authorization?: string) =>
    (await gateway.ask('{ a }', {}, authorization === undefined ? {} : { authorization })).status;
  return { one, status };
};

test.each(['EdDSA', 'ES256', 'RS256'])(
  'tokens signed with %s are checked in standalone mode',
  async (alg) => {
    const { jwks, token } = await issuer(alg);
    const { status } = await standing(['--jwks', jwks, '--issuer', 'them', '--audience', 'us']);
    expect(await status(`Bearer ${await token()}`)).toBe(200);
    expect(await status()).toBe(200);
    expect(await status(`Bearer ${await token({ iss: 'others' })}`)).toBe(401);
    expect(await status(`Bearer ${await token({ aud: 'others' })}`)).toBe(401);
    expect(await status('Bearer nonsense')).toBe(401);
  },
);

test('a bad token asks no subgraph, and another algorithm is a bad token', async () => {
  const { jwks } = await issuer('ES256');
  const other = await issuer('ES384');
  const { one, status } = await standing(['--jwks', jwks]);
  expect(await status(`Bearer ${await other.token()}`)).toBe(401);
  expect(one.received).toEqual([]);
});

test('without --jwks nobody looks at the Authorization header', async () => {
  const { status } = await standing([]);
  expect(await status('Bearer nonsense')).toBe(200);
  expect(await status('nonsense')).toBe(200);
});

test('a key set that cannot be read stops the start', async () => {
  await expect(standing(['--jwks', '/nope.json'])).rejects.toThrow(/--jwks/);
});
