import type { CredentialRefused } from '@chorus/shared/credential-refused.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, test, vi } from 'vitest';
import { keyFile, productGateway } from '../testing-product.ts';

/** A gateway, and what it tells the audit log once it stops. */
async function refusing() {
  const product = await productGateway();
  const told = async () => {
    await product.gateway.stop();
    return product.bus.appended
      .filter(({ event }) => event.type === 'credential.refused')
      .map(({ event: { type, tenantId, data } }) => ({ type, tenantId, ...(data as CredentialRefused) }));
  };
  return { ...product, told };
}

test('a refused token is told in the log of nobody while it proves nothing', async () => {
  const { ann, as, token, told } = await refusing();
  await as('nonsense');
  await as(await token(ann, {}, (await keyFile()).key));
  const all = await told();
  const common = { type: 'credential.refused', tenantId: GLOBAL, kind: 'session' };
  expect(all).toEqual([
    { ...common, reason: 'malformed', origin: all[0]?.origin },
    { ...common, reason: 'unknown', origin: all[1]?.origin },
  ]);
  expect(all[0]?.origin).toMatchObject({
    clientAddress: '127.0.0.1',
    userAgent: expect.any(String) as unknown,
  });
});

test('a token that ended is told in its tenant, with its session', async () => {
  const { ann, as, token, told, tenantId, bus, record } = await refusing();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const late = await token(ann, { sid: 's1' });
  vi.useRealTimers();
  await as(late);
  const revoked = await token(ann, { sid: 's2' });
  bus.put('accounts', tenantId, { ...record, endedSessions: { s2: 9e9 } });
  await as(revoked);
  const common = { type: 'credential.refused', tenantId, kind: 'session', reason: 'ended' };
  expect(await told()).toMatchObject([
    { ...common, target: 's1' },
    { ...common, target: 's2' },
  ]);
});

test('a refused key is told by its id, in the log of its tenant when it is known', async () => {
  const { as, apiKey, told, tenantId } = await refusing();
  const [wrong, gone, orphan] = [
    apiKey({ hmac: '0'.repeat(64) }),
    apiKey({ active: false }),
    apiKey({ owner: newId() }),
  ];
  for (const { key } of [wrong, gone, orphan]) await as(key);
  await as('chorus_live_nonsense');
  expect(await told()).toMatchObject([
    { kind: 'api-key', reason: 'unknown', tenantId, target: wrong.id },
    { kind: 'api-key', reason: 'ended', tenantId, target: gone.id },
    { kind: 'api-key', reason: 'ended', tenantId, target: orphan.id },
    { kind: 'api-key', reason: 'malformed', tenantId: GLOBAL },
  ]);
});

test('no event holds a credential or any part of it', async () => {
  const { ann, as, token, apiKey, told } = await refusing();
  const { key } = apiKey({ active: false });
  const forged = await token(ann, {}, (await keyFile()).key);
  for (const credential of [key, forged, 'nonsense']) await as(credential);
  const text = JSON.stringify(await told());
  for (const secret of [key, key.slice(29), forged, ...forged.split('.'), 'nonsense'])
    expect(text).not.toContain(secret);
});

test('a flood from one address is told five times a second, and the rest as one with their number', async () => {
  const { as, told } = await refusing();
  await Promise.all(Array.from({ length: 50 }, () => as('nonsense')));
  const all = await told();
  const counted = all.reduce((sum, { more = 0 }) => sum + 1 + more, 0);
  expect(counted).toBe(50);
  expect(all.length).toBeLessThan(50 / 2);
});

test('who is believed, who is nobody, and who refreshes an ended token is not told', async () => {
  const { ann, as, token, gateway, told } = await refusing();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const late = await token(ann);
  vi.useRealTimers();
  await as(await token(ann));
  await as(late, 'mutation { refreshSession }');
  await gateway.ask('{ whoami }');
  expect(await told()).toEqual([]);
});
