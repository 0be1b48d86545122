import { SignJWT } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { signAccessToken } from './access-token.ts';
import { packedRulesFor } from './ability.ts';
import { newId } from './id.ts';
import { ANONYMOUS, identityVerifier, signIdentity, type Identity } from './identity.ts';
import { keySet } from './keys.ts';

const key = await makeSigningKey();
const tenantId = newId();
const member: Identity = {
  ...ANONYMOUS,
  kind: 'member',
  tenantId,
  subject: newId(),
  rules: packedRulesFor(tenantId, ['mentions.read']),
};
const verify = identityVerifier('mentions', keySet(key.publicJwks));
const refused = { code: 'UNAUTHENTICATED', message: 'Sign in to do this.' };

test('a subgraph believes an identity signed for it', async () => {
  const token = await signIdentity(member, 'mentions', key);
  expect(await verify(token)).toEqual(member);
  expect(await verify(token)).toEqual(member);
});

test('an identity for another subgraph is refused', async () => {
  await expect(verify(await signIdentity(member, 'billing', key))).rejects.toMatchObject(refused);
});

test('an identity signed by another key is refused', async () => {
  const forger = await makeSigningKey(key.kid);
  await expect(verify(await signIdentity(member, 'mentions', forger))).rejects.toMatchObject(refused);
});

test('an access token is no identity', async () => {
  const claims = { sub: newId(), tid: tenantId, sid: newId(), pv: 1, acr: '1', amr: ['pwd'], auth_time: 1 };
  await expect(verify(await signAccessToken(claims, newId(), key))).rejects.toMatchObject(refused);
});

test('an identity older than 60 seconds is refused even when it says it lives longer', async () => {
  const now = Math.floor(Date.now() / 1000);
  const old = await new SignJWT({ identity: member })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'chorus-identity+jws' })
    .setIssuer('chorus-gateway')
    .setAudience('mentions')
    .setIssuedAt(now - 61)
    .setExpirationTime(now + 600)
    .sign(key.privateKey);
  await expect(verify(old)).rejects.toMatchObject(refused);
});

test('an identity that was believed before is refused once it is older than 60 seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const now = Math.floor(Date.now() / 1000);
  const lasting = await new SignJWT({ identity: member })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'chorus-identity+jws' })
    .setIssuer('chorus-gateway')
    .setAudience('mentions')
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .sign(key.privateKey);
  expect(await verify(lasting)).toEqual(member);
  vi.setSystemTime((now + 59) * 1000);
  expect(await verify(lasting)).toEqual(member);
  vi.setSystemTime((now + 61) * 1000);
  await expect(verify(lasting)).rejects.toMatchObject(refused);
});

test.each([undefined, '', 'x', 'a.b.c', 'e'.repeat(20_000)])(
  'junk in place of an identity is refused: %#',
  async (junk) => {
    await expect(verify(junk)).rejects.toMatchObject(refused);
  },
);
