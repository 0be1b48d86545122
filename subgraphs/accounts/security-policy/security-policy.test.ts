import { newId } from '@chorus/shared/id.ts';
import { signingIn } from '@chorus/tests/harness/signing-in.ts';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { outbox } from '@chorus/db/outbox.table.ts';
import { accountsRecord } from '../records/records.queries.ts';

const FIELDS =
  'mfaMode mfaRoles graceDays requiredSince sessionIdleMinutes sessionLifetimeHours introspection';
const POLICY = `{ securityPolicy { ${FIELDS} } }`;
const UPDATE = `mutation ($input: UpdateSecurityPolicyInput!) {
  updateSecurityPolicy(input: $input) {
    __typename
    ... on SecurityPolicy { ${FIELDS} }
    ... on SecurityPolicyRefused { field message }
  }
}`;
const DEFAULTS = {
  mfaMode: 'OPTIONAL',
  mfaRoles: [],
  graceDays: 7,
  requiredSince: null,
  sessionIdleMinutes: 1_440,
  sessionLifetimeHours: 168,
  introspection: false,
};

async function policies() {
  const here = await signingIn();
  const { as, tenantId } = here;
  const read = async (whose = tenantId) =>
    (await as({ tenantId: whose, permissions: ['tenant.read'] })(POLICY)).data.securityPolicy;
  const update = async (input: object) => {
    const { data, errors } = await as({ tenantId })(UPDATE, { input });
    expect(errors).toEqual([]);
    return data.updateSecurityPolicy;
  };
  return { ...here, read, update };
}

test('a tenant that never chose has the defaults', async () => {
  const { read } = await policies();
  expect(await read()).toEqual(DEFAULTS);
});

test('what is named changes, the rest stays, and the log tells what was before and after', async () => {
  const { read, update, audited, tenant } = await policies();
  expect(await update({ mfaMode: 'REQUIRED', graceDays: 0 })).toMatchObject({
    mfaMode: 'REQUIRED',
    graceDays: 0,
    requiredSince: new Date().toISOString(),
  });
  const changed = await update({ sessionIdleMinutes: 15, sessionLifetimeHours: 2_160 });
  expect(changed).toMatchObject({ mfaMode: 'REQUIRED', sessionIdleMinutes: 15, sessionLifetimeHours: 2_160 });
  const { __typename: _, ...settings } = changed;
  expect(await read()).toEqual(settings);
  expect(await read((await tenant()).id)).toEqual(DEFAULTS);

  const [first = ''] = await audited('security-policy.updated');
  expect(JSON.parse(first)).toMatchObject({
    before: { mfaMode: 'optional', graceDays: 7 },
    after: { mfaMode: 'required', graceDays: 0 },
  });
});

test('who may ask for the schema is told to the gateway, and the log tells who decided', async () => {
  const { read, update, audited, tenantId, worker } = await policies();
  const scope = { db: worker.statements(tenantId), tenantId };
  const told = async () => (await accountsRecord(scope, 0))?.body.introspection;
  const events = async () => {
    const rows = await worker.statements(null).select().from(outbox).where(eq(outbox.tenantId, tenantId));
    return rows.filter(({ type }) => type === 'tenant.changed').length;
  };
  expect(await told()).toBe(false);
  const before = await events();
  await update({ graceDays: 3 });
  expect(await events()).toBe(before);
  expect(await update({ introspection: true })).toMatchObject({ introspection: true, graceDays: 3 });
  expect([(await read()).introspection, await told(), await events()]).toEqual([true, true, before + 1]);
  const [, change = ''] = await audited('security-policy.updated');
  expect(JSON.parse(change)).toMatchObject({
    before: { introspection: false },
    after: { introspection: true },
  });
});

test('roles are named by locked roles and ids of the tenant’s own, and mean nothing in other modes', async () => {
  const { update, tenantId, db } = await policies();
  const own = newId();
  await db.execute(sql`
    insert into role (tenant_id, id, name, grants) values (${tenantId}, ${own}, 'Press', '[]')`);
  const roles = ['owner', own, 'owner'];
  const { mfaRoles } = await update({ mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: roles });
  expect(mfaRoles.toSorted()).toEqual([own, 'owner'].toSorted());
  expect(await update({ mfaMode: 'OPTIONAL' })).toMatchObject({ mfaRoles: [], requiredSince: null });
});

test('grace begins anew when others are meant, and not when something else changes', async () => {
  const { update, db, tenantId } = await policies();
  await update({ mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: ['owner'] });
  await db.execute(sql`
    update security_policy set required_since = '2026-01-01T00:00:00Z' where tenant_id = ${tenantId}`);
  const long = { requiredSince: '2026-01-01T00:00:00.000Z' };
  expect(await update({ graceDays: 3, sessionIdleMinutes: 60 })).toMatchObject(long);
  expect(await update({ mfaRoles: ['owner'] })).toMatchObject(long);
  const now = { requiredSince: new Date().toISOString() };
  expect(await update({ mfaRoles: ['owner', 'admin'] })).toMatchObject(now);
});

test.each([
  ['mfaRoles', { mfaMode: 'REQUIRED_FOR_ROLES' }],
  ['mfaRoles', { mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: ['no-such-role'] }],
  ['mfaRoles', { mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: ['owner', newId()] }],
  ['mfaRoles', { mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: Array.from({ length: 101 }, () => newId()) }],
  ['graceDays', { graceDays: -1 }],
  ['graceDays', { graceDays: 31 }],
  ['sessionIdleMinutes', { sessionIdleMinutes: 14 }],
  ['sessionIdleMinutes', { sessionIdleMinutes: 43_201 }],
  ['sessionLifetimeHours', { sessionLifetimeHours: 0 }],
  ['sessionLifetimeHours', { sessionLifetimeHours: 2_147_483_647 }],
])('%s is refused out of its range, and nothing changes: %j', async (field, input) => {
  const { read, update } = await policies();
  expect(await update(input)).toMatchObject({ __typename: 'SecurityPolicyRefused', field });
  expect(await read()).toEqual(DEFAULTS);
});

test('a role of another tenant is one that does not exist', async () => {
  const { update, db, tenant } = await policies();
  const [other, role] = [await tenant(), newId()];
  await db.execute(sql`
    insert into role (tenant_id, id, name, grants) values (${other.id}, ${role}, 'Press', '[]')`);
  const input = { mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles: [role] };
  expect(await update(input)).toMatchObject({ __typename: 'SecurityPolicyRefused', field: 'mfaRoles' });
});

test('reading and changing need their permissions, and changing a fresh second factor of a person', async () => {
  const { as, tenantId, visitor } = await policies();
  const change = async (caller: Parameters<typeof as>[0]) =>
    (await as({ tenantId, ...caller })(UPDATE, { input: { graceDays: 1 } })).errors;
  expect(await change({ permissions: ['tenant.read'] })).toEqual(['updateSecurityPolicy: FORBIDDEN']);
  expect(await change({ mfa: false })).toEqual(['updateSecurityPolicy: MFA_REQUIRED']);
  expect(await change({ identity: { kind: 'key' } })).toEqual(['updateSecurityPolicy: FORBIDDEN']);
  expect(await change({ anonymous: true })).toEqual(['updateSecurityPolicy: UNAUTHENTICATED']);
  expect((await as({ tenantId, permissions: [] })(POLICY)).errors).toEqual(['securityPolicy: FORBIDDEN']);
  expect((await visitor(POLICY)).errors).toEqual(['securityPolicy: UNAUTHENTICATED']);
});
