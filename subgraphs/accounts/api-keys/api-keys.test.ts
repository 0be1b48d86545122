import { apiKeyMatches, parseApiKey } from '@chorus/shared/api-key.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS, assuranceOf } from '@chorus/shared/permissions.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import type { Caller } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { apiKeyRecords } from '../records/records.queries.ts';
import { apiKey } from './api-keys.table.ts';

const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    __typename
    ... on ApiKeyCreated { key apiKey {
      id name prefix status owner { id name } scopes roles addresses rateLimit expiresAt lastUsedAt revokedAt replaces
    } }
    ... on Problem { message }
    ... on ApiKeyScopeInvalid { scope }
    ... on ApiKeyScopeNotHeld { scope }
  }
}`;
const LIST = `query ($first: Int, $after: String) {
  apiKeys(first: $first, after: $after) { nodes { name status } totalCount pageInfo { hasNextPage endCursor } }
}`;
const LOG = `{ auditLog { nodes { action actor { kind id } targets { kind id } before after } } }`;

/** A tenant with a member who manages keys. */
async function managed(caller: Caller = {}) {
  const accounts = await accountsInProcess();
  const { id: tenantId } = await accounts.tenant();
  const manager = await accounts.member(tenantId, { name: 'Ann', roles: ['owner'] });
  const ask = accounts.as({ tenantId, subject: manager.id, ...caller });
  const create = async (input: object = {}) =>
    (await ask(CREATE, { input: { name: 'Partner', scopes: ['mentions.read'], ...input } })).data
      .createApiKey;
  const scope = { db: accounts.worker.statements(tenantId), tenantId };
  return { ...accounts, tenantId, manager, ask, create, scope };
}

test('a new key is shown once, works with its stored half only, and belongs to who made it', async () => {
  const { create, manager, services, scope } = await managed();
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const addresses = ['203.0.113.0/24', ' 2001:db8::1 ', '203.0.113.0/24'];
  const made = await create({ name: ' The  partner ', addresses, expiresAt, rateLimit: 5 });
  const { id = '', secret = '' } = parseApiKey(made.key) ?? {};
  expect(made).toEqual({
    __typename: 'ApiKeyCreated',
    key: expect.stringMatching(/^chorus_live_/),
    apiKey: {
      id,
      name: 'The partner',
      prefix: `chorus_live_${id}`,
      status: 'ACTIVE',
      owner: { id: manager.id, name: 'Ann' },
      scopes: ['mentions.read'],
      roles: [],
      addresses: ['203.0.113.0/24', '2001:db8::1'],
      rateLimit: 5,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      replaces: null,
    },
  });
  const [record] = await apiKeyRecords(scope, [id]);
  expect(record?.body).toMatchObject({
    owner: manager.id,
    active: true,
    rateLimit: 5,
    scopes: ['mentions.read'],
  });
  expect(apiKeyMatches(secret, record?.body.hmac, services.apiKeyPepper)).toBe(true);
});

test('making a key is in the audit log, without the key', async () => {
  const { create, ask, manager } = await managed();
  const { key, apiKey: made } = await create();
  const { data } = await ask(LOG);
  expect(data.auditLog.nodes).toEqual([
    {
      action: 'api-key.created',
      actor: { kind: 'member', id: manager.id },
      targets: [{ kind: 'key', id: made.id }],
      before: null,
      after: expect.objectContaining({ name: 'Partner', scopes: ['mentions.read'], rateLimit: 60 }),
    },
  ]);
  expect(JSON.stringify(data)).not.toContain(parseApiKey(key)?.secret);
  expect(JSON.stringify(data)).not.toContain('hmac');
});

test('nobody gives a key a scope they do not hold', async () => {
  const { create } = await managed({ permissions: ['keys.manage', 'mentions.read'] });
  expect(await create({ scopes: ['mentions.read', 'reports.read'] })).toEqual({
    __typename: 'ApiKeyScopeNotHeld',
    message: 'You do not hold reports.read, so you cannot give it to a key.',
    scope: 'reports.read',
  });
});

test('no permission that needs a second factor, none of the platform and none made up is ever a scope', async () => {
  const { create } = await managed();
  const closed = ALL_PERMISSIONS.filter((permission) => assuranceOf(permission).assurance === 'mfa');
  expect(closed).toContain('keys.manage');
  for (const scope of [...closed, 'platform.tenants.read', 'mentions.*', 'constructor', '', 'x\0'])
    expect(await create({ scopes: ['mentions.read', scope] })).toMatchObject({
      __typename: 'ApiKeyScopeInvalid',
      scope,
    });
});

const inYears = (years: number) => new Date(Date.now() + years * 365.25 * 86_400_000).toISOString();

test.each([
  ['no name', { name: ' ' }],
  ['a name of 101 characters', { name: 'x'.repeat(101) }],
  ['a control character in its name', { name: 'a\u0000b' }],
  ['an address that is none', { addresses: ['somewhere'] }],
  ['a network that is none', { addresses: ['10.0.0.0/33'] }],
  ['an empty address', { addresses: ['10.0.0.0/8', ''] }],
  ['51 addresses', { addresses: Array.from({ length: 51 }, (_, index) => `10.0.0.${index}`) }],
  ['an end in the past', { expiresAt: new Date(Date.now() - 1000).toISOString() }],
  ['an end in more than five years', { expiresAt: inYears(5.1) }],
  ['no requests a second', { rateLimit: 0 }],
  ['61 requests a second', { rateLimit: 61 }],
  ['101 scopes', { scopes: Array.from({ length: 101 }, () => 'mentions.read') }],
])('a key with %s is refused with a sentence', async (_, input) => {
  const { create } = await managed();
  const message: unknown = expect.stringMatching(/^.{10,}\.$/);
  expect(await create(input)).toEqual({ __typename: 'ApiKeyInvalid', message });
});

test('the largest of everything is allowed', async () => {
  const { create } = await managed();
  const addresses = Array.from({ length: 50 }, (_, index) => `10.0.0.${index}`);
  const made = await create({ name: '名'.repeat(100), addresses, expiresAt: inYears(4.99), rateLimit: 60 });
  expect(made.__typename).toBe('ApiKeyCreated');
});

test('a tenant has at most 100 working keys, also when 50 are made at once', async () => {
  const { create, scope, manager } = await managed();
  const common = { tenantId: scope.tenantId, name: 'Old', hmac: '', owner: manager.id, scopes: [] };
  const id = (index: number) => String(index).padStart(16, '0');
  const ended = { expiresAt: new Date(Date.now() - 1000), revokedAt: new Date() };
  await scope.db
    .insert(apiKey)
    .values([
      ...Array.from({ length: 99 }, (_, index) => ({ ...common, id: id(index) })),
      { ...common, id: id(200), expiresAt: ended.expiresAt },
      { ...common, id: id(201), revokedAt: ended.revokedAt },
    ]);
  const made = await Promise.all(Array.from({ length: 50 }, () => create()));
  const outcomes = Map.groupBy(made, ({ __typename }) => __typename);
  expect(outcomes.get('ApiKeyCreated')).toHaveLength(1);
  expect(outcomes.get('ApiKeyLimitReached')).toHaveLength(49);
});

test('keys are listed by name, each once, and those of another tenant not at all', async () => {
  const { create, ask, as, tenant } = await managed();
  for (const name of ['Bo', 'Ana', 'Cy', 'Ana']) await create({ name });
  const first = (await ask(LIST, { first: 3 })).data.apiKeys;
  const rest = (await ask(LIST, { first: 3, after: first.pageInfo.endCursor })).data.apiKeys;
  expect([...first.nodes, ...rest.nodes].map(({ name }) => name)).toEqual(['Ana', 'Ana', 'Bo', 'Cy']);
  expect([first.totalCount, first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([4, true, false]);
  const elsewhere = as({ tenantId: (await tenant()).id });
  expect((await elsewhere(LIST)).data.apiKeys).toMatchObject({ nodes: [], totalCount: 0 });
  const { endCursor } = first.pageInfo;
  expect((await elsewhere(LIST, { after: endCursor })).errors).toEqual(['apiKeys: BAD_USER_INPUT']);
});

test('keys are listed by those who may see them, and made by those who manage them, with a fresh second factor', async () => {
  const { as, tenantId, manager } = await managed();
  const input = { name: 'Partner', scopes: [] };
  const refusals = async (caller: Caller) => {
    const ask = as({ tenantId, subject: manager.id, ...caller });
    const [list, create] = [await ask(LIST), await ask(CREATE, { input })];
    return [...list.errors, ...create.errors].map((error) => error.split(': ')[1]);
  };
  const others = ALL_PERMISSIONS.filter((permission) => !permission.startsWith('keys.'));
  expect(await refusals({ permissions: others })).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect(await refusals({ permissions: [...others, 'keys.read'] })).toEqual(['FORBIDDEN']);
  expect(await refusals({ mfa: false })).toEqual(['MFA_REQUIRED']);
  expect(await refusals({ apiKey: true })).toEqual(['FORBIDDEN']);
  expect(await refusals({ anonymous: true })).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  expect(await refusals({ tenantId: newId(), permissions: [] })).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});
