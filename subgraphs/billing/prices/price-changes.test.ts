import { AUDIT_TOLD } from '@chorus/db/audit-events.ts';
import { outbox } from '@chorus/db/outbox.table.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import {
  chain,
  customer,
  SET_GROUP_PRICE,
  SET_MEMBER_PRICE,
  SET_OVERRIDE,
  staff,
  standard,
} from '../testing.ts';
import { contractPrice } from './prices.table.ts';

const PLANS = '{ plans { key price { amount } } }';

async function billing() {
  const subgraph = await inProcess('billing', features, undefined);
  const { as, worker } = subgraph;
  const override = async (tenantId: string, asked: object, other: object = {}) =>
    (await as(staff())(SET_OVERRIDE, { input: { tenantId, price: asked, ...other } })).data.setPriceOverride;
  const business = async (tenantId: string, ...subjects: string[]) => {
    const { data } = await as({ tenantId, identity: chain('business@1', ...subjects) })(PLANS);
    return data.plans[2].price.amount;
  };
  const rows = (tenantId: string) =>
    worker.statements(tenantId).select().from(contractPrice).where(eq(contractPrice.tenantId, tenantId));
  const events = async (tenantId: string) => {
    const all = await worker.statements(tenantId).select().from(outbox).where(eq(outbox.tenantId, tenantId));
    return all.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  };
  return { ...subgraph, override, business, rows, events };
}

const subject = (tenantId: string) => `contract:${tenantId}`;

test('a contract changes what its tenant sees, and nobody else', async () => {
  const { worker, override, business } = await billing();
  const [acme, other] = [await customer(worker), await customer(worker)];
  expect(await business(acme, subject(acme))).toBe('499.00');
  expect(await override(acme, standard('399.5'))).toMatchObject({
    __typename: 'PriceChange',
    price: { currency: 'EUR', validTo: null, model: { kind: 'STANDARD', unitPrice: '399.5' } },
    ended: [],
  });
  expect(await business(acme, subject(acme))).toBe('399.50');
  // Whatever another's chain says, its tenant cannot read the contract.
  expect(await business(other, subject(acme))).toBe('499.00');
});

test('a group, a role and a seat type have prices in all tenants, the contract before the group before the role', async () => {
  const { as, worker, override, business } = await billing();
  const acme = await customer(worker);
  const group = `g${newId().slice(-12)}`;
  const role = newId();
  const seatType = `s${newId().slice(-12)}`;
  await as(staff())(SET_GROUP_PRICE, { input: { customerGroup: group, price: standard('450') } });
  await as(staff())(SET_MEMBER_PRICE, { input: { role, price: standard('440') } });
  await as(staff())(SET_MEMBER_PRICE, { input: { seatType, price: standard('430') } });
  const all = [`group:${group}`, `role:${role}`, `seat:${seatType}`];
  expect(await business(newId(), ...all)).toBe('450.00');
  expect(await business(newId(), ...all.slice(1))).toBe('440.00');
  expect(await business(newId(), ...all.slice(2))).toBe('430.00');
  expect(await business(newId())).toBe('499.00');
  await override(acme, standard('400'));
  expect(await business(acme, subject(acme), ...all)).toBe('400.00');
});

test('a price that overlaps is refused, or ends the one before and stays beside it as history', async () => {
  const { worker, override, rows } = await billing();
  const acme = await customer(worker);
  const { price: first } = await override(acme, standard('400'));
  expect(await override(acme, standard('300'))).toMatchObject({
    __typename: 'PriceOverlaps',
    priceId: first.id,
  });
  const validFrom = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
  expect(await override(acme, standard('300', { validFrom, replace: true }))).toMatchObject({
    price: { validFrom },
    ended: [{ id: first.id, validTo: validFrom }],
  });
  expect(await rows(acme)).toHaveLength(2);
  const disjoint = standard('200', { unitsFrom: '5', unitsTo: '9', item: { kind: 'SEAT' } });
  expect((await override(acme, disjoint)).__typename).toBe('PriceChange');
  expect((await override(acme, { ...disjoint, unitsFrom: '10', unitsTo: null })).__typename).toBe(
    'PriceChange',
  );
  expect((await override(acme, { ...disjoint, unitsFrom: '9', unitsTo: '9' })).__typename).toBe(
    'PriceOverlaps',
  );
});

test('a price is ended without another one, and then the next in the chain holds', async () => {
  const { worker, override, business } = await billing();
  const acme = await customer(worker);
  await override(acme, standard('400'));
  const { price: none, ended } = await override(acme, standard('0', { model: null, replace: true }));
  expect([none, ended.length]).toEqual([null, 1]);
  expect(await business(acme, subject(acme))).toBe('499.00');
  expect(await override(acme, standard('0', { model: null, replace: true }))).toMatchObject({
    message: 'There is no price to end.',
  });
});

test.each<[string, object]>([
  ['a negative price', { model: { kind: 'STANDARD', unitPrice: '-1' } }],
  ['no number', { model: { kind: 'STANDARD', unitPrice: 'NaN' } }],
  ['a huge price', { model: { kind: 'STANDARD', unitPrice: '10000000000' } }],
  ['too many decimals', { model: { kind: 'STANDARD', unitPrice: '0.1234567890123' } }],
  ['an empty package', { model: { kind: 'PACKAGE', packageSize: '0', packagePrice: '1' } }],
  ['tiers of another kind', { model: { kind: 'STANDARD', unitPrice: '1', tiers: [{ unitPrice: '1' }] } }],
  [
    'tiers that fall',
    {
      model: {
        kind: 'VOLUME',
        tiers: [{ upTo: '5', unitPrice: '1' }, { upTo: '4', unitPrice: '1' }, { unitPrice: '1' }],
      },
    },
  ],
  ['another currency than the tenant pays in', { currency: 'USD' }],
  ['a currency there is not', { currency: 'EURO' }],
  ['negative units', { unitsFrom: '-1' }],
  ['units that fall', { unitsFrom: '10', unitsTo: '9' }],
  ['a plan there is not', { item: { kind: 'PLAN', key: 'platinum' } }],
  ['an add-on there is not', { item: { kind: 'ADD_ON', key: 'nothing' } }],
  ['a key that cannot be', { item: { kind: 'METER', key: 'a b' } }],
  ['a beginning in the past', { validFrom: '2026-01-01T00:00:00Z' }],
  ['an end before the beginning', { validTo: '2026-01-01T00:00:00Z' }],
  ['a time nobody lives to see', { validFrom: '9999-01-01T00:00:00Z' }],
  ['no reason', { reason: ' ' }],
])('%s is refused, leaves nothing behind and is audited once', async (_what, other) => {
  const { worker, override, rows, events } = await billing();
  const acme = await customer(worker);
  const before = (await events(acme)).length;
  expect(await override(acme, standard('1', other))).toMatchObject({ __typename: 'PriceRefused' });
  expect(await rows(acme)).toEqual([]);
  const told = (await events(acme)).slice(before);
  expect(told.map(({ type, data }) => [type, (data as { action: string }).action])).toEqual([
    [AUDIT_TOLD, 'price.refused'],
  ]);
});

test.each([
  ['role and seat type together', { role: 'viewer', seatType: 'full' }],
  ['neither', {}],
  ['the name of a role that anybody could give', { role: 'Partner' }],
])('a price for %s is refused', async (_what, input) => {
  const { as } = await billing();
  const { data } = await as(staff())(SET_MEMBER_PRICE, { input: { ...input, price: standard('1') } });
  expect(data.setMemberPrice.__typename).toBe('PriceRefused');
});

test('a customer that does not exist has no prices, and the platform neither', async () => {
  const { override } = await billing();
  for (const tenantId of [newId(), 'no-id', PLATFORM_TENANT])
    expect((await override(tenantId, standard('1'))).__typename).toBe('CustomerUnknown');
});

test('a price is told to the gateways and the audit log in the same transaction', async () => {
  const { as, worker, override, events } = await billing();
  const acme = await customer(worker);
  const before = (await events(acme)).length;
  await override(acme, standard('400'));
  const types = (await events(acme)).slice(before).map(({ type }) => type);
  expect(types).toEqual([AUDIT_TOLD, INVALIDATED, 'tenant.changed']);

  const customerGroup = `g${newId().slice(-12)}`;
  await as(staff())(SET_GROUP_PRICE, { input: { customerGroup, price: standard('450') } });
  const global = (await events(PLATFORM_TENANT)).slice(-3).map(({ type }) => type);
  expect(global).toEqual([AUDIT_TOLD, INVALIDATED, 'price-book.changed']);
});

test('sent again with its key, a price is set once', async () => {
  const { worker, override, rows } = await billing();
  const acme = await customer(worker);
  const first = await override(acme, standard('400'), { idempotencyKey: 'k' });
  expect(await override(acme, standard('400'), { idempotencyKey: 'k' })).toEqual(first);
  expect(await rows(acme)).toHaveLength(1);
});

const MUTATIONS: [string, string, object, 'platform.tenants.price' | 'platform.plans.manage'][] = [
  ['setPriceOverride', SET_OVERRIDE, { tenantId: newId() }, 'platform.tenants.price'],
  ['setCustomerGroupPrice', SET_GROUP_PRICE, { customerGroup: 'x' }, 'platform.tenants.price'],
  ['setMemberPrice', SET_MEMBER_PRICE, { role: 'viewer' }, 'platform.plans.manage'],
];

test.each(MUTATIONS)(
  '%s is for staff with its permission and a fresh second factor',
  async (name, text, other, permission) => {
    const { as } = await billing();
    const input = { ...other, price: standard('1') };
    const asked = async (caller: Parameters<typeof as>[0]) => (await as(caller)(text, { input })).errors;
    expect(await asked({})).toEqual([`${name}: FORBIDDEN`]);
    expect(await asked({ anonymous: true })).toEqual([`${name}: UNAUTHENTICATED`]);
    expect(await asked({ apiKey: true })).toEqual([`${name}: FORBIDDEN`]);
    expect(await asked(staff(['platform.tenants.read']))).toEqual([`${name}: FORBIDDEN`]);
    expect(await asked(staff([permission], null))).toEqual([`${name}: MFA_REQUIRED`]);
  },
);
