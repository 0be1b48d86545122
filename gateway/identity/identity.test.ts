import { abilityOf, allows } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { SignJWT } from 'jose';
import { expect, test, vi } from 'vitest';
import { keyFile, productGateway, UNAUTHENTICATED } from '../testing-product.ts';

const permissions = (identity: Identity | undefined) =>
  ALL_PERMISSIONS.filter((permission) => allows(abilityOf(identity?.rules ?? []), permission)).toSorted();

test('a subgraph is told who calls, with what the tenant’s records say', async () => {
  const { ann, as, token, seen, tenantId } = await productGateway();
  const { body } = await as(
    await token(ann, { sid: 's1', amr: ['pwd', 'otp'], auth_time: 100, mfa_at: 120 }),
  );
  expect(body).toEqual({ data: { whoami: ann } });
  expect(seen[0]).toMatchObject({
    kind: 'member',
    tenantId,
    subject: ann,
    sessionId: 's1',
    amr: ['pwd', 'otp'],
    authTime: 100,
    mfaAt: 120,
    flags: ['exports'],
    priceChain: ['plan:free@1', 'default', 'currency:EUR', 'book:0.0.0'],
  });
  expect(permissions(seen[0])).toEqual(ALL_PERMISSIONS.toSorted());
});

test('two callers asking the same at once are told apart', async () => {
  const { ann, bob, as, token } = await productGateway();
  const [one, two] = [await token(ann), await token(bob)];
  const answers = await Promise.all([one, two, one, two].map((credential) => as(credential)));
  expect(answers.map(({ body }) => body.data.whoami)).toEqual([ann, bob, ann, bob]);
});

test('no credential is nobody, and so is what a signed identity says then', async () => {
  const { gateway, seen } = await productGateway();
  expect((await gateway.ask('{ whoami }')).body.data).toEqual({ whoami: 'nobody' });
  expect(seen[0]).toMatchObject({ kind: 'anonymous', tenantId: null, subject: null, rules: [] });
});

test('a signature is made once for equal callers and made anew before it ends', async () => {
  const { ann, as, token, accounts } = await productGateway();
  const credential = await token(ann);
  const sent = async () => {
    await as(credential);
    return accounts.received.at(-1)?.headers['chorus-identity'];
  };
  const first = await sent();
  expect(await sent()).toBe(first);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 41_000 });
  const second = await sent();
  vi.useRealTimers();
  expect(second).not.toBe(first);
});

test('whatever is wrong with a credential gets the same short refusal and reaches no subgraph', async () => {
  const { ann, tenantId, tokens, token, apiKey, gateway, accounts } = await productGateway();
  const good = await token(ann);
  const [header, payload = '', signature] = good.split('.');
  const claims = { sub: ann, tid: tenantId, sid: newId(), pv: 1, acr: '1', amr: ['pwd'], auth_time: 1 };
  const custom = (change: (jwt: SignJWT) => SignJWT, typ = 'at+jwt') =>
    change(
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: tokens.key.kid, typ })
        .setIssuer('chorus-accounts')
        .setAudience('chorus')
        .setIssuedAt()
        .setJti(newId())
        .setExpirationTime('5m'),
    ).sign(tokens.key.privateKey);
  const other = JSON.stringify({
    ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
    sub: newId(),
  });
  const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
  const { key } = apiKey();
  const credentials = [
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    good,
    `Bearer ${good} x`,
    'Bearer nonsense',
    `Bearer ${'x'.repeat(9000)}`,
    `Bearer ${header}.${Buffer.from(other).toString('base64url')}.${signature}`,
    `Bearer ${none}`,
    `Bearer ${await token(ann, {}, (await keyFile()).key)}`,
    `Bearer ${await custom((jwt) => jwt.setExpirationTime('-1s'))}`,
    `Bearer ${await custom((jwt) => jwt.setAudience('elsewhere'))}`,
    `Bearer ${await custom((jwt) => jwt.setIssuer('elsewhere'))}`,
    `Bearer ${await custom((jwt) => jwt, 'JWT')}`,
    `Bearer ${await token(newId())}`,
    `Bearer ${await token(ann, { tid: newId(), pv: 0 })}`,
    `Bearer ${await token('constructor')}`,
    'Bearer chorus_live_nonsense',
    `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
    `Bearer ${apiKey({ hmac: '0'.repeat(64) }).key}`,
    `Bearer ${apiKey({ active: false }).key}`,
    `Bearer ${apiKey({ owner: newId() }).key}`,
    `Bearer ${apiKey({ tenantId: newId() }).key}`,
  ];
  for (const authorization of credentials) {
    const { status, body, headers } = await gateway.ask('{ whoami }', {}, { authorization });
    expect([authorization, status, headers.get('www-authenticate')]).toEqual([authorization, 401, 'Bearer']);
    expect(body).toEqual(UNAUTHENTICATED);
  }
  expect(accounts.received).toEqual([]);
});

test('an ended token beside signIn, refreshSession or signOut is no mistake; beside anything else it is', async () => {
  const { ann, as, token } = await productGateway();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const ended = await token(ann);
  vi.useRealTimers();
  expect((await as(ended, 'mutation { refreshSession }')).body.data).toEqual({ refreshSession: 'nobody' });
  expect((await as(ended, 'mutation { signOut }')).body.data).toEqual({ signOut: 'nobody' });
  expect((await as(ended, 'mutation { a: signIn }')).body.data).toEqual({ a: 'nobody' });
  expect((await as(ended, 'mutation { signIn change }')).status).toBe(401);
  expect((await as(ended, '{ whoami }')).status).toBe(401);
  expect((await as('nonsense', 'mutation { signIn }')).status).toBe(401);
});

test('an API key acts with its scopes, as far as its owner holds them', async () => {
  const { bob, as, apiKey, seen, tenantId } = await productGateway();
  const { id, key } = apiKey({ owner: bob, scopes: ['mentions.read', 'billing.manage'] });
  expect((await as(key)).body.data).toEqual({ whoami: id });
  expect(seen[0]).toMatchObject({ kind: 'key', tenantId, subject: id, sessionId: null });
  expect(permissions(seen[0])).toEqual(['mentions.read']);
});

test('keys of the demo are nobody’s in production', async () => {
  const demo = await productGateway();
  expect((await demo.as(demo.apiKey({ demo: true }).key)).status).toBe(200);
  const production = await productGateway({ env: { NODE_ENV: 'production' } });
  expect((await production.as(production.apiKey({ demo: true }).key)).status).toBe(401);
});

test('a new signing key is believed as soon as it is published, an old one until it is withdrawn', async () => {
  const { ann, as, token, tokens, bus } = await productGateway();
  const next = await keyFile();
  const { keys: old } = tokens.key.publicJwks;
  const { keys: fresh } = next.key.publicJwks;
  const [before, after] = [await token(ann), await token(ann, {}, next.key)];
  expect((await as(before)).status).toBe(200);
  bus.put('jwks', '00000000-0000-0000-0000-000000000000', { keys: [...old, ...fresh] });
  expect([(await as(before)).status, (await as(after)).status]).toEqual([200, 200]);
  bus.put('jwks', '00000000-0000-0000-0000-000000000000', { keys: fresh });
  expect([(await as(before)).status, (await as(after)).status]).toEqual([401, 200]);
});
