import { abilityOf, allows } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway, UNAUTHENTICATED } from '../testing-product.ts';

const nowS = () => Math.floor(Date.now() / 1000);

test('a key is known from its networks only, as seen through the proxies that are trusted', async () => {
  const { gateway, apiKey, accounts } = await productGateway({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  const { key } = apiKey({ addresses: ['203.0.113.0/24', '2001:db8::/32'] });
  const from = (address: string) =>
    gateway.ask('{ whoami }', {}, { authorization: `Bearer ${key}`, 'x-forwarded-for': address });
  for (const address of ['203.0.113.9', '198.51.100.1, 203.0.113.9', '2001:db8::5'])
    expect((await from(address)).status).toBe(200);
  accounts.received.length = 0;
  for (const address of ['198.51.100.1', '203.0.113.9, 198.51.100.1', '2001:db9::5', 'nobody']) {
    const { status, body } = await from(address);
    expect([status, body]).toEqual([401, UNAUTHENTICATED]);
  }
  expect(accounts.received).toEqual([]);
});

test('what a client writes about its address opens no key', async () => {
  const { gateway, apiKey } = await productGateway();
  const { key } = apiKey({ addresses: ['203.0.113.0/24'] });
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.9' };
  expect((await gateway.ask('{ whoami }', {}, headers)).status).toBe(401);
});

test('a key ends by the clock, without anybody telling the gateway', async () => {
  const { as, apiKey } = await productGateway();
  const { key } = apiKey({ expiresAt: nowS() + 60 });
  expect((await as(key)).status).toBe(200);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await as(key)).body).toEqual(UNAUTHENTICATED);
});

test('revoked, ended, unknown, malformed, from elsewhere, of another environment: one refusal', async () => {
  const { as, apiKey, bob, putMember, accounts } = await productGateway({ env: { NODE_ENV: 'production' } });
  const { key } = apiKey();
  putMember(bob, ['viewer'], { active: false });
  const keys = [
    apiKey({ active: false }).key,
    apiKey({ expiresAt: nowS() }).key,
    apiKey({ addresses: ['203.0.113.9'] }).key,
    apiKey({ demo: true }).key,
    apiKey({ owner: bob }).key,
    apiKey({ owner: newId() }).key,
    apiKey({ hmac: '0'.repeat(64) }).key,
    key.replace('chorus_live_', 'chorus_test_'),
    key.slice(0, -1),
    `${key}0`,
  ];
  for (const wrong of keys) {
    const { status, body, headers } = await as(wrong);
    expect([status, headers.get('www-authenticate'), body]).toEqual([401, 'Bearer', UNAUTHENTICATED]);
  }
  expect(accounts.received).toEqual([]);
  expect((await as(key)).status).toBe(200);
});

test('a key that is revoked is refused with the next request', async () => {
  const { as, apiKey, putApiKey } = await productGateway();
  const { id, key } = apiKey();
  expect((await as(key)).status).toBe(200);
  putApiKey(id, { active: false });
  expect((await as(key)).body).toEqual(UNAUTHENTICATED);
});

test('a key loses what its owner loses, and ends with its owner', async () => {
  const { as, apiKey, bob, putMember, seen } = await productGateway();
  const { key } = apiKey({
    owner: bob,
    scopes: ['mentions.read', 'trackers.read'],
    roles: [{ role: 'owner' }],
  });
  const held = async () => {
    await as(key);
    const ability = abilityOf(seen.at(-1)?.rules ?? []);
    return ALL_PERMISSIONS.filter((permission) => allows(ability, permission));
  };
  expect(await held()).toEqual([
    'tenant.read',
    'members.read',
    'mentions.read',
    'trackers.read',
    'reports.read',
  ]);
  putMember(bob, ['billing']);
  expect(await held()).toEqual(['tenant.read', 'billing.read', 'billing.manage']);
  putMember(bob, []);
  expect(await held()).toEqual([]);
  putMember(bob, ['owner'], { active: false });
  expect((await as(key)).body).toEqual(UNAUTHENTICATED);
});
