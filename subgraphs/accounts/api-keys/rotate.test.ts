import { transactionOf } from '@chorus/db/context.ts';
import { parseApiKey } from '@chorus/shared/api-key.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import type { Caller } from '@chorus/tests/harness/subgraph.ts';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { saveAssignments } from '../assignments/assignments.queries.ts';
import { apiKeyRecords } from '../records/records.queries.ts';
import { apiKey } from './api-keys.table.ts';

const KEY = `id name status owner { id } scopes roles addresses rateLimit createdAt expiresAt revokedAt replaces`;
const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on ApiKeyCreated { apiKey { ${KEY} } } } }`;
const ROTATE = `mutation ($id: ID!, $overlapSeconds: Int) {
  rotateApiKey(input: { id: $id, overlapSeconds: $overlapSeconds }) {
    __typename ... on ApiKeyCreated { key apiKey { ${KEY} } } ... on Problem { message }
  }
}`;
const REVOKE = `mutation ($id: ID!) {
  revokeApiKey(input: { id: $id }) { __typename ... on ApiKey { ${KEY} } ... on Problem { message } }
}`;
const LIST = `{ apiKeys { nodes { ${KEY} } } }`;
const LOG = `{ auditLog { nodes { action actor { id } targets { id } before after } } }`;

const DAY_MS = 86_400_000;
const msBetween = (time: string, ms: number) => Math.abs(Date.parse(time) - ms);

/** A tenant with a key, and two members who manage keys. */
async function withKey(input: object = {}) {
  const accounts = await accountsInProcess();
  const { id: tenantId } = await accounts.tenant();
  const [ann, bob] = [await accounts.member(tenantId), await accounts.member(tenantId)];
  const asMember = (subject: string, caller: Caller = {}) => accounts.as({ tenantId, subject, ...caller });
  const ask = asMember(ann.id);
  const wanted = {
    name: 'Partner',
    scopes: ['mentions.read', 'trackers.read'],
    addresses: ['10.0.0.0/8'],
    ...input,
  };
  const { data } = await ask(CREATE, { input: wanted });
  const key = data.createApiKey.apiKey;
  const rotate = async (variables: object = {}, by = ask) =>
    (await by(ROTATE, { id: key.id, ...variables })).data.rotateApiKey;
  const revoke = async (id = key.id) => (await ask(REVOKE, { id })).data.revokeApiKey;
  const now = async (id: string = key.id) =>
    (await ask(LIST)).data.apiKeys.nodes.find((node: { id: string }) => node.id === id);
  const scope = { db: accounts.worker.statements(tenantId), tenantId };
  return { ...accounts, tenantId, ann, bob, asMember, ask, key, rotate, revoke, now, scope };
}

test('a rotated key has a new secret and the same rights, and the old one goes on for a day', async () => {
  const { key, rotate, now, scope } = await withKey({ rateLimit: 7 });
  const { __typename, key: secret, apiKey: successor } = await rotate();
  expect(__typename).toBe('ApiKeyCreated');
  expect(parseApiKey(secret)?.id).toBe(successor.id);
  expect(successor).toMatchObject({
    name: 'Partner',
    status: 'ACTIVE',
    scopes: ['mentions.read', 'trackers.read'],
    addresses: ['10.0.0.0/8'],
    rateLimit: 7,
    expiresAt: null,
    replaces: key.id,
  });
  const { status, expiresAt } = await now();
  expect(status).toBe('ACTIVE');
  expect(msBetween(expiresAt, Date.now() + DAY_MS)).toBeLessThan(60_000);
  const records = await apiKeyRecords(scope, [key.id, successor.id]);
  const [old, fresh] = [key.id, successor.id].map((id) => records.find((record) => record.id === id)?.body);
  expect(old?.expiresAt).toBe(Math.floor(Date.parse(expiresAt) / 1000));
  expect(old?.hmac).not.toBe(fresh?.hmac);
});

test('the roles a key was assigned go on with its successor', async () => {
  const { key, rotate, worker, tenantId } = await withKey();
  await transactionOf(worker, tenantId, (transaction) =>
    saveAssignments(transaction, [
      { role: 'viewer', subjectKind: 'key', subjectId: key.id, source: 'manual' },
    ]),
  );
  expect((await rotate()).apiKey.roles).toEqual(['viewer']);
});

test('without overlap the old key ends at once, and never later than it would have anyway', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const first = await withKey();
  await first.rotate({ overlapSeconds: 0 });
  expect((await first.now()).status).toBe('EXPIRED');
  const second = await withKey({ expiresAt: soon });
  const { apiKey: successor } = await second.rotate({ overlapSeconds: 604_800 });
  expect((await second.now()).expiresAt).toBe(soon);
  expect(msBetween(successor.expiresAt, Date.parse(soon))).toBeLessThan(60_000);
});

test.each([-1, 604_801])('an overlap of %d seconds is refused', async (overlapSeconds) => {
  const { rotate } = await withKey();
  expect((await rotate({ overlapSeconds })).__typename).toBe('ApiKeyInvalid');
});

test('the new key belongs to who rotates it, and only those who hold its scopes can', async () => {
  const { rotate, asMember, bob } = await withKey();
  const limited = asMember(bob.id, { permissions: ['keys.manage', 'mentions.read', 'members.read'] });
  expect(await rotate({}, limited)).toEqual({
    __typename: 'ApiKeyScopeNotHeld',
    message: 'You do not hold trackers.read, so you cannot give it to a key.',
  });
  const { apiKey: successor } = await rotate({}, asMember(bob.id));
  expect(successor.owner).toEqual({ id: bob.id });
});

test('of 50 rotations of a key at once one succeeds', async () => {
  const { rotate } = await withKey();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => rotate()));
  expect(outcomes.filter(({ __typename }) => __typename === 'ApiKeyCreated')).toHaveLength(1);
  expect(outcomes.filter(({ __typename }) => __typename === 'ApiKeyNotRotatable')).toHaveLength(49);
});

test('a key that was revoked or has expired is not rotated', async () => {
  const revoked = await withKey();
  await revoked.revoke();
  expect((await revoked.rotate()).__typename).toBe('ApiKeyNotRotatable');
  const expired = await withKey({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_001 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await expired.rotate({}, expired.asMember(expired.ann.id))).__typename).toBe('ApiKeyNotRotatable');
});

test('rotating makes no 101st working key', async () => {
  const { rotate, scope, ann } = await withKey();
  const common = { tenantId: scope.tenantId, name: 'Old', hmac: '', owner: ann.id, scopes: [] };
  const ids = Array.from({ length: 99 }, (_, index) => String(index).padStart(16, '0'));
  await scope.db.insert(apiKey).values(ids.map((id) => ({ ...common, id })));
  expect((await rotate()).__typename).toBe('ApiKeyLimitReached');
});

test('a scope that was closed to keys since is not handed on', async () => {
  const { key, rotate, scope, now } = await withKey();
  await scope.db
    .update(apiKey)
    .set({ scopes: ['keys.manage'] })
    .where(eq(apiKey.id, key.id));
  expect((await rotate()).__typename).toBe('ApiKeyScopeInvalid');
  expect((await now()).expiresAt).toBeNull();
});

test('a revoked key is revoked for good: doing it again changes and logs nothing', async () => {
  const { key, revoke, ask, scope, ann } = await withKey();
  const first = await revoke();
  expect(first).toMatchObject({ __typename: 'ApiKey', id: key.id, status: 'REVOKED' });
  expect(await revoke()).toEqual(first);
  expect((await apiKeyRecords(scope, [key.id]))[0]?.body.active).toBe(false);
  const { data } = await ask(LOG);
  expect(data.auditLog.nodes.map(({ action }: { action: string }) => action)).toEqual([
    'api-key.revoked',
    'api-key.created',
  ]);
  expect(data.auditLog.nodes[0]).toMatchObject({ actor: { id: ann.id }, targets: [{ id: key.id }] });
});

test('a rotation is in the audit log with both keys and without their secrets', async () => {
  const { key, rotate, ask } = await withKey();
  const { key: secret, apiKey: successor } = await rotate({ overlapSeconds: 60 });
  const { data } = await ask(LOG);
  expect(data.auditLog.nodes[0]).toMatchObject({
    action: 'api-key.rotated',
    targets: [{ id: key.id }, { id: successor.id }],
    before: { expiresAt: null },
    after: { name: 'Partner', overlapSeconds: 60 },
  });
  expect(JSON.stringify(data)).not.toContain(parseApiKey(secret)?.secret);
});

test("another tenant's key reads like one that does not exist, and so does anything that is no id", async () => {
  const { key, as, tenant, member } = await withKey();
  const elsewhere = await tenant();
  const stranger = as({ tenantId: elsewhere.id, subject: (await member(elsewhere.id)).id });
  for (const id of [key.id, '0'.repeat(16), 'no id', '', 'x\0'])
    for (const [operation, field] of [
      [ROTATE, 'rotateApiKey'],
      [REVOKE, 'revokeApiKey'],
    ] as const)
      expect((await stranger(operation, { id })).data[field]).toEqual({
        __typename: 'ApiKeyNotFound',
        message: 'There is no such key.',
      });
});

test('rotating and revoking are for those who manage keys, with a fresh second factor', async () => {
  const { key, asMember, ann, now } = await withKey();
  const refusals = async (caller: Caller) => {
    const ask = asMember(ann.id, caller);
    const answers = [await ask(ROTATE, { id: key.id }), await ask(REVOKE, { id: key.id })];
    return answers.flatMap(({ errors }) => errors);
  };
  const both = (code: string) => [`rotateApiKey: ${code}`, `revokeApiKey: ${code}`];
  expect(await refusals({ permissions: ['mentions.read', 'members.manage'] })).toEqual(both('FORBIDDEN'));
  expect(await refusals({ mfa: false })).toEqual(both('MFA_REQUIRED'));
  expect(await refusals({ apiKey: true })).toEqual(both('FORBIDDEN'));
  expect(await refusals({ anonymous: true })).toEqual(both('UNAUTHENTICATED'));
  expect((await now()).status).toBe('ACTIVE');
});
