import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../features.ts';
import { planVersion } from '../plans/plan-versions.table.ts';
import { plan, type PlanKey } from '../plans/plans.table.ts';
import { subscribeOnce } from '../subscriptions/subscriptions.service.ts';
import { chain, staff } from '../testing.ts';
import { price } from './prices.table.ts';

const CREATE = `mutation ($input: CreatePlanVersionInput!) {
  createPlanVersion(input: $input) {
    __typename ... on PlanVersion { version validFrom features includedSeats trialDays operationLimit operationLimitHard } ... on Problem { message }
  }
}`;
const PLANS = '{ plans { key version features includedSeats price { amount } versions { version } } }';
const SUBSCRIPTION = '{ subscription { version plan { version features price { amount } } } }';

async function billing() {
  const subgraph = await inProcess('billing', features, { membersInUse: () => Promise.resolve(1) });
  const { as, worker } = subgraph;
  const key = `p${newId().slice(-12)}` as PlanKey;
  const planId = newId();
  const db = worker.statements(null);
  // A plan of the test's own, because versions are everybody's.
  await db.insert(plan).values({ id: planId, key, name: key, description: '', sort: 9 });
  const first = { planId, version: 1, validFrom: new Date('2026-01-01T00:00:00Z'), includedSeats: 1 };
  await db.insert(planVersion).values(first);
  onTestFinished(async () => {
    await db.delete(price).where(eq(price.item, `plan:${key}`));
    await worker.statements(null).execute(`delete from subscription where plan_id = '${planId}'`);
    await db.delete(planVersion).where(eq(planVersion.planId, planId));
    await db.delete(plan).where(eq(plan.id, planId));
  });
  const base = { plan: key, features: ['x'], includedSeats: 3, reason: 'spring' };
  const create = async (other: object) =>
    (await as(staff())(CREATE, { input: { ...base, ...other } })).data.createPlanVersion;
  const offered = async (...subjects: string[]) => {
    const { data } = await as({ identity: { priceChain: [...subjects, 'default'] } })(PLANS);
    return data.plans.find((one: { key: string }) => one.key === key);
  };
  return { ...subgraph, key, create, offered };
}

const unit = (unitPrice: string) => ({ kind: 'STANDARD', unitPrice });

test('a new version is what newcomers get, and who has subscribed keeps theirs with its price', async () => {
  const { as, worker, key, create, offered } = await billing();
  expect(await create({ price: unit('10') })).toMatchObject({
    version: 2,
    features: ['x'],
    includedSeats: 3,
    trialDays: 0,
    operationLimit: null,
    operationLimitHard: true,
  });
  const tenantId = newId();
  await transactionOf(worker, tenantId, (transaction) =>
    subscribeOnce(transaction, { plan: key, seats: 3, start: new Date() }),
  );
  const soft = { operationLimit: '5000', operationLimitHard: false };
  expect(await create({ ...soft, price: unit('20'), features: ['x', 'y'] })).toMatchObject({
    version: 3,
    ...soft,
  });
  expect(await offered()).toMatchObject({ version: 3, features: ['x', 'y'], price: { amount: '20.00' } });
  expect((await offered()).versions).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }]);
  const { data } = await as({ tenantId, identity: chain(`${key}@2`) })(SUBSCRIPTION);
  expect(data.subscription).toEqual({
    version: 2,
    plan: { version: 2, features: ['x'], price: { amount: '10.00' } },
  });
});

test('a version to come is not offered yet', async () => {
  const { create, offered } = await billing();
  const validFrom = new Date(Date.now() + 86_400_000).toISOString();
  await create({ price: unit('10') });
  expect(await create({ price: unit('20'), validFrom })).toMatchObject({ version: 3 });
  expect(await offered()).toMatchObject({ version: 2, price: { amount: '10.00' } });
  expect(await create({ price: unit('30') })).toMatchObject({ __typename: 'PlanVersionRefused' });
});

test.each<[string, object]>([
  ['a plan there is not', { plan: 'platinum' }],
  ['no seats', { includedSeats: 0 }],
  ['an endless trial', { trialDays: 91 }],
  ['a trial of less than nothing', { trialDays: -1 }],
  ['a limit of nothing', { operationLimit: '0' }],
  ['a limit beyond all bounds', { operationLimit: '1000000000001' }],
  ['a feature that is no flag', { features: ['a b'] }],
  ['too many features', { features: Array.from({ length: 51 }, (_, at) => `f${at}`) }],
  ['a price that is none', { price: unit('-1') }],
  ['a currency there is not', { currency: 'XXX1' }],
  ['a beginning in the past', { validFrom: '2026-01-01T00:00:00Z' }],
  ['no reason', { reason: '' }],
])('a version with %s is refused', async (_what, other) => {
  const { create, worker, key } = await billing();
  expect(await create(other)).toMatchObject({ __typename: 'PlanVersionRefused' });
  const rows = await worker
    .statements(null)
    .select({ version: planVersion.version })
    .from(planVersion)
    .innerJoin(plan, eq(plan.id, planVersion.planId))
    .where(eq(plan.key, key));
  expect(rows).toEqual([{ version: 1 }]);
});

test('versions are made by staff with their permission and a fresh second factor, once for each key', async () => {
  const { as, key, create } = await billing();
  const input = { plan: key, features: [], includedSeats: 1, reason: 'x' };
  const asked = async (caller: Parameters<typeof as>[0]) => (await as(caller)(CREATE, { input })).errors;
  expect(await asked({})).toEqual(['createPlanVersion: FORBIDDEN']);
  expect(await asked({ anonymous: true })).toEqual(['createPlanVersion: UNAUTHENTICATED']);
  expect(await asked(staff(['platform.tenants.price']))).toEqual(['createPlanVersion: FORBIDDEN']);
  expect(await asked(staff(['platform.plans.manage'], null))).toEqual(['createPlanVersion: MFA_REQUIRED']);
  const idempotencyKey = newId();
  expect((await create({ idempotencyKey })).version).toBe(2);
  expect((await create({ idempotencyKey })).version).toBe(2);
});
