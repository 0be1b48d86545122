import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans, flagWith } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { memberRecordKind, type AccountsRecord } from '@chorus/shared/records.ts';
import { expect, test } from 'vitest';
import { subgraph } from '../testing.ts';
import { productGateway } from '../testing-product.ts';

const CHORUS = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@mfa", "@feature"])
  @composeDirective(name: "@mfa") @composeDirective(name: "@feature")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION\n`;

/** Mentions, and what reporting knows of them. */
async function twoSubgraphs() {
  const mentions = await subgraph(
    'mentions',
    `${CHORUS} type Query { mentions: [Mention] }
     type Mention @key(fields: "id") { id: ID! text: String @requiresScopes(scopes: [["mentions.read"]]) }
     type Mutation { forget: Boolean @mfa(maxAge: 900) tag: Boolean @requiresScopes(scopes: [["mentions.manage"]]) }`,
    {
      Query: { mentions: () => [{ id: 1, text: 'hello' }] },
      Mutation: { forget: () => true, tag: () => true },
    },
  );
  const reporting = await subgraph(
    'reporting',
    `${CHORUS} type Mention @key(fields: "id") { id: ID! reach: Int @feature(flag: "reach", mode: "upsell") }`,
    { Mention: { __resolveReference: ({ id }: { id: string }) => ({ id }), reach: () => 7 } },
  );
  return [mentions, reporting];
}

const READER = '0199a3c4-7b1e-7c52-8f00-2d4f6a8b9c01';
const CLERK = '0199a3c4-7b1e-7c52-8f00-2d4f6a8b9c02';
const allowing = (
  name: string,
  ...permissions: AccountsRecord['roles'][string]['grants'][number]['permission'][]
) => ({
  name,
  grants: permissions.map((permission) => ({ effect: 'allow' as const, permission })),
});
const ROLES: AccountsRecord['roles'] = {
  [READER]: allowing('Reader', 'request.explain', 'mentions.read'),
  [CLERK]: allowing('Clerk', 'request.explain'),
};

/** Two tenants: one whose plan has the reach of mentions, and one whose plan has not. */
async function twoTenants() {
  const product = await productGateway({ over: await twoSubgraphs() });
  const { bus, record, tenantId, gateway, token } = product;
  const other = newId();
  bus.put('accounts', tenantId, { ...record, roles: ROLES });
  bus.put('flags', GLOBAL, flagsOfPlans(['reach']));
  bus.put('accounts', other, { ...record, roles: ROLES });
  bus.put('billing', tenantId, { plan: 'free', seats: 5, entitlements: [] });
  bus.put('billing', other, { plan: 'business', seats: 5, entitlements: ['reach'] });
  const ask = async (role: string, tenant: string, query: string, headers = { 'chorus-explain': '1' }) => {
    const id = newId();
    bus.put(memberRecordKind(id), tenant, { active: true, seatType: 'full', roles: [{ role }], groups: [] });
    const authorization = `Bearer ${await token(id, { tid: tenant })}`;
    return gateway.ask(query, {}, { ...headers, authorization });
  };
  return { ...product, ask, other };
}

const QUERY = '{ found: mentions { text reach } }';
const FETCHED = (subgraph: string) => ({ subgraph, ms: expect.any(Number) as number });
const UNKEPT = { state: 'bypass', reason: "the subgraph's answer may not be kept: no Cache-Control" };

test('two roles and two tenants get different answers from one query, with the reasons in extensions.why', async () => {
  const { ask, tenantId, other } = await twoTenants();
  const reader = await ask(READER, tenantId, QUERY);
  const clerk = await ask(CLERK, other, QUERY);
  expect(reader.body.data).toEqual({ found: [{ text: 'hello', reach: null }] });
  expect(clerk.body.data).toEqual({ found: [{ text: null, reach: 7 }] });
  const open = { access: { rules: [], allowed: true }, cost: 10, fetch: FETCHED('mentions'), cache: UNKEPT };
  const scopes = ['@requiresScopes(scopes: [["mentions.read"]])'];
  const feature = ['@feature(flag: "reach", mode: "upsell")'];
  expect(reader.body.extensions).toEqual({
    why: {
      cost: 10,
      paths: {
        found: open,
        'found.text': {
          access: {
            rules: scopes,
            allowed: true,
            grant: { scope: 'mentions.read', role: 'Reader', effect: 'allow', id: `${READER}#1` },
          },
          fetch: FETCHED('mentions'),
        },
        'found.reach': {
          access: { rules: feature, allowed: false, code: 'FEATURE_DISABLED' },
          feature: { flag: 'reach', on: false, layer: 'plan' },
        },
      },
    },
  });
  expect(clerk.body.extensions).toEqual({
    why: {
      cost: 10,
      paths: {
        found: open,
        'found.text': { access: { rules: scopes, allowed: false, code: 'FORBIDDEN' } },
        'found.reach': {
          access: { rules: feature, allowed: true },
          feature: { flag: 'reach', on: true, layer: 'plan' },
          fetch: FETCHED('reporting'),
          cache: UNKEPT,
        },
      },
    },
  });
});

test('the reason of a flag names its layer, and the rule where one decided', async () => {
  const { ask, bus, tenantId } = await twoTenants();
  const when = { role: [READER] };
  const definition = flagWith({ key: 'reach', rules: [{ id: 'readers-first', when, serve: 'on' }] });
  const flags = (killed: boolean) =>
    bus.put('flags', GLOBAL, { flags: { reach: { version: 2, definition, killed } } });
  const reason = async (role: string) =>
    (await ask(role, tenantId, QUERY)).body.extensions?.why.paths['found.reach']?.feature;
  flags(false);
  expect(await reason(READER)).toEqual({ flag: 'reach', on: true, layer: 'rule', rule: 'readers-first' });
  expect(await reason(CLERK)).toEqual({ flag: 'reach', on: false, layer: 'default' });
  bus.put('flag-overrides', tenantId, { kills: [], overrides: { reach: { variant: 'on', forced: true } } });
  expect(await reason(CLERK)).toEqual({ flag: 'reach', on: true, layer: 'override' });
  flags(true);
  expect(await reason(READER)).toEqual({ flag: 'reach', on: false, layer: 'global-kill' });
});

test('without the permission or without the header an answer is what it always was', async () => {
  const { ask, tenantId, gateway } = await twoTenants();
  const plain = { data: { found: [{ text: 'hello' }] } };
  const query = '{ found: mentions { text } }';
  const [unasked, wrong, viewer] = [
    await ask(READER, tenantId, query, {} as { 'chorus-explain': string }),
    await ask(READER, tenantId, query, { 'chorus-explain': 'true' }),
    await ask('analyst', tenantId, query),
  ];
  for (const { body, headers } of [unasked, wrong, viewer]) {
    expect(body).toEqual(plain);
    expect([...headers.keys()].filter((name) => name.includes('explain'))).toEqual([]);
  }
  const nobody = await gateway.ask(query, {}, { 'chorus-explain': '1' });
  expect(nobody.body.extensions).toBeUndefined();
});

test('a refused mutation and a wish for a second factor tell their reasons, a refused document has none', async () => {
  const { ask, tenantId } = await twoTenants();
  const refused = await ask(READER, tenantId, 'mutation { tag forget }');
  expect(refused.status).toBe(403);
  expect(refused.body.data).toBeUndefined();
  expect(refused.body.extensions?.why.paths).toEqual({
    tag: {
      access: {
        rules: ['@requiresScopes(scopes: [["mentions.manage"]])'],
        allowed: false,
        code: 'FORBIDDEN',
      },
    },
    forget: {
      access: {
        rules: ['@mfa(maxAge: 900)'],
        allowed: false,
        code: 'MFA_REQUIRED',
        mfa: { age: null, maxAge: 900 },
      },
    },
  });
  const challenged = await ask(READER, tenantId, 'mutation { forget }');
  expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('max_age=900'),
  ]);
  expect(Object.keys(challenged.body.extensions?.why.paths ?? {})).toEqual(['forget']);
  expect((await ask(READER, tenantId, '{ nothing }')).body.extensions).toBeUndefined();
});

test('a key is told what it was given and what its owner holds', async () => {
  const { gateway, apiKey, bus, tenantId, record } = await twoTenants();
  const owner = newId();
  bus.put('accounts', tenantId, { ...record, roles: ROLES });
  bus.put(memberRecordKind(owner), tenantId, {
    active: true,
    seatType: 'full',
    roles: [{ role: CLERK }, { role: 'viewer' }],
    groups: [],
  });
  const { key } = apiKey({ owner, scopes: ['request.explain'], roles: [{ role: READER }] });
  const headers = { authorization: `Bearer ${key}`, 'chorus-explain': '1' };
  const { body } = await gateway.ask('{ mentions { text } }', {}, headers);
  expect(body.extensions?.why.paths['mentions.text']?.access?.grant).toEqual({
    scope: 'mentions.read',
    role: 'Reader',
    effect: 'allow',
    id: `${READER}#1`,
    owner: { role: 'viewer', effect: 'allow', id: 'viewer' },
  });
});
