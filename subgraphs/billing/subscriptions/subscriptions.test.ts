import { transactionOf } from '@chorus/db/context.ts';
import { DEMO_TENANTS } from '@chorus/shared/demo.ts';
import { newId } from '@chorus/shared/id.ts';
import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { allow, deny } from '@chorus/tests/harness/grants.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { seedBilling } from '../demo.ts';
import { features } from '../features.ts';
import type { PlanKey } from '../plans/plans.table.ts';
import { monthAfter } from './billing-period.ts';
import { currentSubscriptions } from './subscriptions.queries.ts';
import { subscribeOnce } from './subscriptions.service.ts';

async function billing() {
  const subgraph = await inProcess('billing', features, undefined);
  const start = new Date();
  const subscribe = (tenantId: string, plan: PlanKey) =>
    transactionOf(subgraph.worker, tenantId, (transaction) =>
      subscribeOnce(transaction, { plan, seats: 7, start }),
    );
  return { ...subgraph, subscribe, start };
}

const subscription = '{ subscription { id plan { key } status seats periodStart periodEnd } }';

const tenants = `query ($tenants: [_Any!]!) {
  _entities(representations: $tenants) { ... on Tenant { id subscription { plan { key } } } }
}`;

const representation = (id: string) => ({ __typename: 'Tenant', id });

test('a tenant sees its subscription, whose period ends a month after it began', async () => {
  const { as, subscribe, start } = await billing();
  const tenantId = newId();
  await subscribe(tenantId, 'starter');

  const { data, errors } = await as({ tenantId })(subscription);
  expect(errors).toEqual([]);
  expect(data.subscription).toMatchObject({ plan: { key: 'starter' }, status: 'ACTIVE', seats: 7 });
  expect([data.subscription.periodStart, data.subscription.periodEnd]).toEqual([
    start.toISOString(),
    monthAfter(start).toISOString(),
  ]);
});

test('a tenant without a subscription reads null', async () => {
  const { as } = await billing();
  expect(await as()(subscription)).toMatchObject({ data: { subscription: null }, errors: [] });
});

test('a tenant has one subscription at a time', async () => {
  const { as, subscribe } = await billing();
  const tenantId = newId();
  await Promise.all([subscribe(tenantId, 'business'), subscribe(tenantId, 'business')]);
  await subscribe(tenantId, 'free');

  const { data } = await as({ tenantId })(subscription);
  expect(data.subscription.plan).toEqual({ key: 'business' });
});

test('the subscription of another tenant is null, as of one that does not exist', async () => {
  const { as, subscribe } = await billing();
  const [mine, theirs] = [newId(), newId()];
  await subscribe(mine, 'free');
  await subscribe(theirs, 'business');

  const answer = await as({ tenantId: mine })(tenants, {
    tenants: [mine, theirs, newId(), 'no-id-at-all'].map(representation),
  });
  expect(answer.errors).toEqual([]);
  expect(answer.data._entities.map((entity: { subscription: unknown }) => entity.subscription)).toEqual([
    { plan: { key: 'free' } },
    null,
    null,
    null,
  ]);
});

test('asking for the subscription in several places costs two statements', async () => {
  const { as, subscribe, statements } = await billing();
  const tenantId = newId();
  await subscribe(tenantId, 'free');

  const { data } = await as({ tenantId })(`{
    a: subscription { plan { key } }
    b: subscription { plan { name } }
  }`);
  expect(data).toEqual({ a: { plan: { key: 'free' } }, b: { plan: { name: 'Free' } } });
  expect(statements).toHaveLength(2);
});

test('a viewer gets null and FORBIDDEN for the subscription, and only for it', async () => {
  const { as, subscribe } = await billing();
  const tenantId = newId();
  await subscribe(tenantId, 'free');

  const viewer = as({ tenantId, permissions: SYSTEM_ROLES.viewer });
  expect(await viewer(tenants, { tenants: [representation(tenantId)] })).toMatchObject({
    data: { _entities: [{ id: tenantId, subscription: null }] },
    errors: ['_entities.0.subscription: FORBIDDEN'],
  });
  expect((await viewer(subscription)).errors).toEqual(['subscription: FORBIDDEN']);
});

test('nobody who has not signed in sees a subscription', async () => {
  const { as } = await billing();
  expect((await as({ anonymous: true })(subscription)).errors).toEqual(['subscription: UNAUTHENTICATED']);
});

test('the demo tenants are on their plans, also after seeding again', async () => {
  const { as, worker } = await billing();
  await seedBilling(worker);
  await seedBilling(worker);

  for (const { id: tenantId, plan } of DEMO_TENANTS) {
    const { data } = await as({ tenantId })(subscription);
    expect(data.subscription.plan).toEqual({ key: plan });
  }
});

test('without any rule of ours, row-level security alone keeps a subscription to its tenant', async () => {
  const { database, subscribe } = await billing();
  const tenantId = newId();
  await subscribe(tenantId, 'free');
  const reached = async (bound: string) =>
    (await currentSubscriptions({ db: database.statements(bound), tenantId }, [tenantId])).size;
  expect([await reached(tenantId), await reached(newId())]).toEqual([1, 0]);
});

test('a deny of billing.read outweighs every allow', async () => {
  const { as } = await billing();
  const ask = as({ grants: [allow('billing.read'), deny('billing.read')] });
  expect((await ask(subscription)).errors).toEqual(['subscription: FORBIDDEN']);
});
