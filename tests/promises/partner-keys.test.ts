import { expect, onTestFinished, test, vi } from 'vitest';
import { saveAssignments, type NewAssignment } from '@chorus/accounts/assignments/assignments.queries.ts';
import { tenantChanged } from '@chorus/accounts/tenants/tenants.service.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { client, freshTenant, sharedSystem, signInWithMfa, type AskGateway } from '../harness/client.ts';

const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { __typename ... on ApiKeyCreated { key apiKey { id } } }
}`;
const ROTATE = `mutation ($input: RotateApiKeyInput!) {
  rotateApiKey(input: $input) { ... on ApiKeyCreated { key apiKey { replaces } } }
}`;
const REVOKE = `mutation ($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) { ... on ApiKey { status } }
}`;
const LIST = '{ apiKeys { nodes { id status lastUsedAt lastUsedAddress owner { name } } } }';
const READ = '{ mentions(first: 1) { nodes { id } } trackers { name } }';

/** A tenant with two owners, just signed in, and a way to change what somebody holds. */
async function owners() {
  const system = await sharedSystem();
  const { gatewayUrl, urls } = system;
  const { tenant, join, end } = await freshTenant(system);
  const worker = new Database(urls.accounts.worker, { max: 1 });
  onTestFinished(() => Promise.all([end(), worker.end()]).then(() => undefined));
  const owner = async (name: string) => {
    const joined = await join({ name, roles: ['owner'], totp: true });
    return { id: joined.id, ask: client(gatewayUrl, await signInWithMfa(gatewayUrl, joined, tenant.slug)) };
  };
  const hold = (held: Omit<NewAssignment, 'source'>) =>
    transactionOf(worker, tenant.id, async (transaction) => {
      await saveAssignments(transaction, [{ ...held, source: 'manual' }]);
      const changed = held.subjectKind === 'key' ? 'apiKeys' : 'members';
      await tenantChanged(transaction, { [changed]: [held.subjectId] });
    });
  return { gatewayUrl, ann: await owner('Ann'), bob: await owner('Bob'), hold };
}

/** Makes a key, and answers once it works. */
async function newKey(gatewayUrl: string, ask: AskGateway, input: object = {}) {
  const wanted = { name: 'Partner', scopes: ['mentions.read', 'trackers.read'], ...input };
  const { body } = await ask(CREATE, { input: wanted });
  const { key, apiKey } = body.data.createApiKey;
  const partner = client(gatewayUrl, key);
  await until(async () => expect((await partner(READ)).status).toBe(200));
  return { id: String(apiKey.id), key: String(key), partner };
}

const until = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: 15_000, interval: 20 });

const codes = (body: { errors?: { extensions: { code: string } }[] }) =>
  (body.errors ?? []).map(({ extensions }) => extensions.code);

test('a partner key works at once, does what its scopes say, and no more than its owner may', async () => {
  const { gatewayUrl, ann, hold } = await owners();
  const { partner } = await newKey(gatewayUrl, ann.ask, { scopes: ['mentions.read'] });
  const { body } = await partner(READ);
  expect([body.data, codes(body)]).toEqual([{ mentions: { nodes: [] }, trackers: null }, ['FORBIDDEN']]);
  await hold({ role: 'owner', subjectKind: 'member', subjectId: ann.id, expiresAt: new Date(0) });
  await until(async () =>
    expect((await partner(READ)).body.data).toEqual({ mentions: null, trackers: null }),
  );
});

test('a revoked key stops within a second', async () => {
  const { gatewayUrl, ann, bob } = await owners();
  const { id, partner } = await newKey(gatewayUrl, ann.ask);
  const { body } = await bob.ask(REVOKE, { input: { id } });
  const revokedAt = performance.now();
  expect(body.data.revokeApiKey).toEqual({ status: 'REVOKED' });
  for (;;) {
    const startedAt = performance.now();
    const { status } = await partner(READ);
    if (status === 401) break;
    expect(startedAt - revokedAt).toBeLessThan(1_000);
  }
  expect((await partner(READ)).status).toBe(401);
});

test('a rotated key and the one that replaces it both work until the overlap is over', async () => {
  const { gatewayUrl, ann } = await owners();
  const { id, partner } = await newKey(gatewayUrl, ann.ask);
  const { body } = await ann.ask(ROTATE, { input: { id, overlapSeconds: 600 } });
  const { key, apiKey } = body.data.rotateApiKey;
  expect(apiKey).toEqual({ replaces: id });
  const successor = client(gatewayUrl, key);
  await until(async () => expect((await successor(READ)).status).toBe(200));
  expect((await partner(READ)).status).toBe(200);
});

test('people see when a key was last used, and from where', { timeout: 30_000 }, async () => {
  const { gatewayUrl, ann, bob } = await owners();
  const before = Date.now();
  const { id } = await newKey(gatewayUrl, ann.ask);
  await until(async () => {
    const { body } = await bob.ask(LIST);
    const [key] = body.data.apiKeys.nodes;
    expect(key).toMatchObject({ id, status: 'ACTIVE', lastUsedAddress: '127.0.0.1', owner: { name: 'Ann' } });
    expect(Date.parse(key.lastUsedAt)).toBeGreaterThanOrEqual(before);
  });
});

test('a key never does what needs a second factor, whatever roles it is given', async () => {
  const { gatewayUrl, ann, hold } = await owners();
  const { id, partner } = await newKey(gatewayUrl, ann.ask);
  await hold({ role: 'owner', subjectKind: 'key', subjectId: id });
  await until(async () => {
    const { body } = await partner('{ viewer { permissions } }');
    expect(body.data.viewer.permissions).toContain('keys.manage');
  });
  for (const [mutation, input] of [
    [CREATE, { name: 'Another', scopes: ['mentions.read'] }],
    [ROTATE, { id }],
    [REVOKE, { id }],
  ] as const)
    expect(codes((await partner(mutation, { input })).body)).toEqual(['FORBIDDEN']);
  expect((await partner(READ)).status).toBe(200);
});

test('a key that asks too often is told when to come back', async () => {
  const { gatewayUrl, ann } = await owners();
  const { partner } = await newKey(gatewayUrl, ann.ask, { rateLimit: 1 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => partner('{ viewer { permissions } }')));
  const late = answers.filter(({ status }) => status === 429);
  expect(late.length).toBeGreaterThan(0);
  for (const { headers, body } of late)
    expect([headers.get('retry-after'), codes(body)]).toEqual(['1', ['RATE_LIMITED']]);
});
