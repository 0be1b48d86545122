import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { packPlatformRules } from '@chorus/shared/grants.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess, type Caller } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { queuedMails } from '../mail/testing.ts';
import { given, PASSWORD, REFUSED, SIGN_IN, testServices } from '../testing.ts';

const CREATE = `mutation ($input: CreateTenantInput!) {
  createTenant(input: $input) {
    __typename ... on TenantCreated { customer { id slug name customerGroup active } } ... on Problem { message }
  }
}`;
const SUSPEND = `mutation ($input: SuspendTenantInput!) { suspendTenant(input: $input) { __typename } }`;
const GROUP = `mutation ($input: SetCustomerGroupInput!) { setCustomerGroup(input: $input) { __typename } }`;
const CUSTOMERS = `query ($first: Int, $after: String) {
  customers(first: $first, after: $after) { nodes { slug active } pageInfo { hasNextPage endCursor } }
}`;
interface CustomerPage {
  nodes: { slug: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename } }`;

async function accounts() {
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  const staffCaller = (mfa = true, subject = newId()): Caller => ({
    subject,
    mfa,
    identity: { kind: 'staff', tenantId: null, rules: packPlatformRules(ALL_PLATFORM_PERMISSIONS) },
  });
  const db = subgraph.worker.statements(null);
  const log = async (tenantId: string) => [
    ...(await db.execute<{ action: string; actor: { kind: string; id: string }; after: unknown }>(sql`
      select action, actor, after from audit_event where tenant_id = ${tenantId} order by sequence`)),
  ];
  const slug = () => `t-${newId().slice(-12)}`;
  const fixtures = given(subgraph.worker, services);
  const as = (caller: Caller) => subgraph.as(caller);
  return { ...subgraph, ...fixtures, services, as, staffCaller, log, slug, db };
}

test('staff open a tenant, and its owner comes by the invitation', async () => {
  const { as, staffCaller, log, slug, services, worker } = await accounts();
  const subject = newId();
  const ownerEmail = `${newId()}@people.test`;
  const input = {
    slug: slug(),
    name: 'Umbrella',
    ownerEmail: ` ${ownerEmail.toUpperCase()} `,
    customerGroup: 'press',
  };
  const { data, errors } = await as(staffCaller(true, subject))(CREATE, { input });
  expect(errors).toEqual([]);
  const { customer } = data.createTenant;
  expect(customer).toMatchObject({
    slug: input.slug,
    name: 'Umbrella',
    customerGroup: 'press',
    active: true,
  });

  const [mail] = await queuedMails(worker, services)(ownerEmail);
  expect(mail?.text).toContain('Umbrella');
  const token = mail?.token;
  const visitor = as({ anonymous: true });
  const accepted = await visitor(ACCEPT, { input: { token, name: 'Olga', password: PASSWORD } });
  expect(accepted.data.acceptInvitation.__typename).toBe('InvitationAccepted');
  const signedIn = await visitor(SIGN_IN, {
    email: ownerEmail,
    password: PASSWORD,
    tenant: input.slug,
  });
  expect(signedIn.data.signIn.viewer.permissions).toEqual(ALL_PERMISSIONS);

  const actor = { kind: 'staff', id: subject };
  expect((await log(customer.id))[0]).toMatchObject({ action: 'tenant.created', actor });
  expect(await log(PLATFORM_TENANT)).toContainEqual(
    expect.objectContaining({
      action: 'tenant.created',
      actor,
      after: expect.objectContaining({ slug: input.slug }) as unknown,
    }),
  );
});

test('a slug is free only once, and every wrong input is told what is wrong with it', async () => {
  const { as, staffCaller, slug } = await accounts();
  const create = async (change: object) => {
    const input = { slug: slug(), ownerEmail: 'owner@people.test', ...change };
    return (await as(staffCaller())(CREATE, { input })).data.createTenant;
  };
  const taken = slug();
  expect((await create({ slug: taken })).__typename).toBe('TenantCreated');
  expect((await create({ slug: taken })).__typename).toBe('SlugTaken');
  expect((await create({ slug: 'platform' })).__typename).toBe('SlugTaken');
  for (const wrong of [
    { slug: 'Upper' },
    { slug: 'x' },
    { slug: '-x-' },
    { slug: 'x'.repeat(41) },
    { name: 'x'.repeat(101) },
    { name: 'a\nb' },
    { ownerEmail: 'nobody' },
    { customerGroup: 'A b' },
  ])
    expect(await create(wrong)).toEqual({
      __typename: 'TenantInvalid',
      message: expect.any(String) as unknown,
    });
});

test('fifty parallel tries to open one slug open one tenant', async () => {
  const { as, staffCaller, slug } = await accounts();
  const input = { slug: slug(), ownerEmail: 'owner@people.test' };
  const tries = Array.from({ length: 50 }, () => as(staffCaller())(CREATE, { input }));
  const outcomes = (await Promise.all(tries)).map(({ data }) => data.createTenant.__typename);
  expect(outcomes.filter((outcome) => outcome === 'TenantCreated')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'SlugTaken')).toHaveLength(49);
});

test('a suspended tenant lets nobody in until it is taken back', async () => {
  const { as, staffCaller, tenant, member, log } = await accounts();
  const { id: tenantId, slug } = await tenant();
  const { email } = await member(tenantId);
  const signIn = async () =>
    (await as({ anonymous: true })(SIGN_IN, { email, password: PASSWORD, tenant: slug })).data.signIn;
  const suspend = async (suspended: boolean) =>
    (await as(staffCaller())(SUSPEND, { input: { tenantId, suspended } })).data.suspendTenant.__typename;
  expect(await suspend(true)).toBe('TenantUpdated');
  expect(await signIn()).toEqual(REFUSED);
  expect(await suspend(false)).toBe('TenantUpdated');
  expect((await signIn()).__typename).toBe('Session');
  expect((await log(tenantId)).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['tenant.suspended', 'tenant.resumed']),
  );
});

test('a tenant that does not exist, and the platform itself, are no customers', async () => {
  const { as, staffCaller } = await accounts();
  const staff = as(staffCaller());
  for (const tenantId of [newId(), 'no id', PLATFORM_TENANT]) {
    expect((await staff(SUSPEND, { input: { tenantId } })).data.suspendTenant.__typename).toBe(
      'TenantUnknown',
    );
    const grouped = await staff(GROUP, { input: { tenantId, customerGroup: 'press' } });
    expect(grouped.data.setCustomerGroup.__typename).toBe('TenantUnknown');
  }
});

test('staff move a tenant to a customer group, and list tenants by slug', async () => {
  const { as, staffCaller, tenant, db } = await accounts();
  const { id: tenantId, slug } = await tenant();
  const staff = as(staffCaller());
  const input = { tenantId, customerGroup: 'press' };
  expect((await staff(GROUP, { input })).data.setCustomerGroup.__typename).toBe('TenantUpdated');
  expect(
    (await staff(GROUP, { input: { ...input, customerGroup: '' } })).data.setCustomerGroup.__typename,
  ).toBe('TenantInvalid');
  const [row] = await db.execute(
    sql`select customer_group as "group" from tenant where tenant_id = ${tenantId}`,
  );
  expect(row).toEqual({ group: 'press' });
  const slugs: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { customers }: { customers: CustomerPage } = (await staff(CUSTOMERS, { first: 3, after })).data;
    slugs.push(...customers.nodes.map((node) => node.slug));
    after = customers.pageInfo.endCursor;
    more = customers.pageInfo.hasNextPage;
  }
  expect(slugs).toContain(slug);
  expect(slugs).not.toContain('platform');
  expect(slugs).toEqual([...new Set(slugs)].toSorted());
});

const STAFF_OPERATIONS = [
  ['createTenant', CREATE, { slug: 'sneaky', ownerEmail: 'x@people.test' }],
  ['suspendTenant', SUSPEND, { tenantId: newId() }],
  ['setCustomerGroup', GROUP, { tenantId: newId(), customerGroup: 'press' }],
  ['customers', CUSTOMERS, undefined],
] as const;

test.each(STAFF_OPERATIONS)(
  'an owner with every permission of a tenant may not %s, and is told of',
  async (field, operation, input) => {
    const { as, tenant, log } = await accounts();
    const { id: tenantId } = await tenant();
    const owner = as({ tenantId, permissions: ALL_PERMISSIONS });
    const { data, errors } = await owner(operation, input === undefined ? {} : { input });
    expect(data).toEqual({ [field]: null });
    expect(errors).toEqual([`${field}: FORBIDDEN`]);
    expect((await log(tenantId)).map(({ action }) => action)).toEqual(['access.denied']);
    const key = as({ tenantId, permissions: ALL_PERMISSIONS, apiKey: true });
    expect((await key(operation, input === undefined ? {} : { input })).errors).toEqual([
      `${field}: FORBIDDEN`,
    ]);
  },
);

test.each(STAFF_OPERATIONS)(
  'staff without a fresh second factor may not %s',
  async (field, operation, input) => {
    const { as, staffCaller } = await accounts();
    const { errors } = await as(staffCaller(false))(operation, input === undefined ? {} : { input });
    expect(errors).toEqual([`${field}: MFA_REQUIRED`]);
  },
);
