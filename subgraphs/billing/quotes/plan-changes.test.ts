import { AUDIT_TOLD } from '@chorus/db/audit-events.ts';
import { outbox } from '@chorus/db/outbox.table.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { subscriptionChange } from '../subscriptions/subscription-changes.table.ts';
import { subscribedPlan } from '../subscriptions/subscriptions.queries.ts';
import { subscription } from '../subscriptions/subscriptions.table.ts';
import { endTrials } from '../subscriptions/trials.ts';
import { chain, customer } from '../testing.ts';

const CHANGE = `mutation ($input: ChangePlanInput!) {
  changePlan(input: $input) {
    __typename
    ... on PlanSubscription { plan { key } version seats addOns { key } trialEndsAt nextChange { at plan { key } } }
    ... on Problem { message }
    ... on SeatsInUse { inUse }
    ... on QuoteOutdated { total { minorUnits } }
  }
}`;
const QUOTE = `query ($input: QuoteInput!) { quote(input: $input) { ... on Quote { at total { minorUnits } } } }`;

async function billing(inUse: number | undefined = 3) {
  const subgraph = await inProcess('billing', features, { membersInUse: () => Promise.resolve(inUse) });
  const { as, worker } = subgraph;
  const start = new Date(Date.now() - 10 * 86_400_000);
  const tenantId = await customer(worker, { plan: 'starter', seats: 10, start });
  const db = worker.statements(tenantId);
  const ask = as({ tenantId, identity: chain('starter@1') });
  const change = async (input: object) => (await ask(CHANGE, { input })).data.changePlan;
  const changes = () => db.select().from(subscriptionChange).where(eq(subscriptionChange.tenantId, tenantId));
  const present = () => subscribedPlan({ db, tenantId });
  const told = async () =>
    (await db.select().from(outbox).where(eq(outbox.tenantId, tenantId)).orderBy(asc(outbox.sequence))).slice(
      2,
    );
  return { ...subgraph, tenantId, db, ask, change, changes, present, told };
}

test('a change is in force at once, keeps what it costs, and is told and audited with it', async () => {
  const { ask, change, changes, present, told } = await billing();
  const { data } = await ask(QUOTE, { input: { plan: 'business' } });
  const { at: prorationAt, total } = data.quote;
  expect(await change({ plan: 'business', prorationAt, expectedTotal: total.minorUnits })).toMatchObject({
    plan: { key: 'business' },
    version: 1,
    seats: 50,
    addOns: [],
    nextChange: null,
  });
  expect(await present()).toMatchObject({ planKey: 'business', version: 2 });
  const [kept, ...others] = await changes();
  expect([kept?.total.toString(), kept?.at.toISOString(), others]).toEqual([
    total.minorUnits,
    prorationAt,
    [],
  ]);
  expect(kept?.lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(kept?.total);
  const events = await told();
  expect(events.map(({ type }) => type)).toEqual([AUDIT_TOLD, 'tenant.changed', INVALIDATED]);
  expect(events[0]?.data).toMatchObject({ action: 'plan.changed', after: { plan: 'business@1' } });
});

test('what was paid and is not used is given back, up and down again without a loss', async () => {
  const { change, changes } = await billing();
  await change({ plan: 'business' });
  await change({ plan: 'starter' });
  const [up, down] = (await changes()).toSorted((a, b) => a.at.getTime() - b.at.getTime());
  // The seconds between the two are used, and nothing else is paid.
  const used = (up?.total ?? 0n) + (down?.total ?? 0n);
  expect(used).toBeGreaterThanOrEqual(0n);
  expect(used).toBeLessThanOrEqual(2n);
});

test('a change that costs something else than was expected changes nothing', async () => {
  const { change, changes, present } = await billing();
  const outcome = await change({ plan: 'business', expectedTotal: '1' });
  expect(outcome).toMatchObject({ __typename: 'QuoteOutdated' });
  expect(BigInt(outcome.total.minorUnits)).toBeGreaterThan(1n);
  expect([await changes(), (await present())?.planKey]).toEqual([[], 'starter']);
});

test('there are never fewer seats than members', async () => {
  const { change, present } = await billing(8);
  expect(await change({ seats: 7 })).toMatchObject({ __typename: 'SeatsInUse', inUse: 8 });
  expect(await change({ plan: 'free' })).toMatchObject({ __typename: 'SeatsInUse', inUse: 8 });
  expect((await change({ plan: 'free', seats: 8 })).seats).toBe(8);
  expect((await present())?.planKey).toBe('free');
});

test('seats are not lowered while nobody knows how many members there are', async () => {
  const subgraph = await inProcess('billing', features, { membersInUse: () => Promise.resolve(undefined) });
  const tenantId = await customer(subgraph.worker, { plan: 'starter', seats: 10 });
  const ask = subgraph.as({ tenantId });
  const change = async (seats: number) => (await ask(CHANGE, { input: { seats } })).data.changePlan;
  expect(await change(9)).toMatchObject({ __typename: 'SeatsInUse', inUse: null });
  expect(await change(11)).toMatchObject({ seats: 11 });
});

test.each<[string, object]>([
  ['nothing that would change', {}],
  ['a plan there is not', { plan: 'platinum' }],
  ['no seats', { seats: 0 }],
  ['an add-on there is not', { addOns: ['nothing'] }],
  ['a moment to come', { seats: 12, prorationAt: '2100-01-01T00:00:00Z' }],
  ['a moment long ago', { seats: 12, prorationAt: '2026-01-01T00:00:00Z' }],
])('%s is refused, leaves nothing behind and is audited once', async (_what, input) => {
  const { change, changes, present, told } = await billing();
  expect(await change(input)).toMatchObject({ __typename: 'ChangeRefused' });
  expect([await changes(), (await present())?.version]).toEqual([[], 1]);
  expect((await told()).map(({ data }) => (data as { action: string }).action)).toEqual([
    'plan.change-refused',
  ]);
});

test('an add-on brings its features, and is left out when another plan has them', async () => {
  const { change, tenantId, db } = await billing();
  expect((await change({ addOns: ['share_of_voice'] })).addOns).toEqual([{ key: 'share_of_voice' }]);
  expect((await change({ plan: 'business' })).addOns).toEqual([]);
  const [row] = await db.select().from(subscription).where(eq(subscription.tenantId, tenantId));
  expect(row?.addOns).toEqual([]);
});

test('a trial costs nothing, ends in the free plan unless it is kept, and is had once', async () => {
  const { change, changes, present, worker, told } = await billing();
  const begun = await change({ plan: 'business', trial: true });
  expect(begun).toMatchObject({
    plan: { key: 'business' },
    nextChange: { at: begun.trialEndsAt, plan: { key: 'free' } },
  });
  // What starter was paid for is given back, and nothing is asked for.
  expect((await changes()).every(({ total }) => total < 0n)).toBe(true);
  const ends = new Date(begun.trialEndsAt);
  await endTrials(worker, new Date(ends.getTime() - 1));
  expect((await present())?.planKey).toBe('business');
  await Promise.all([endTrials(worker, ends), endTrials(worker, ends)]);
  expect(await present()).toMatchObject({ planKey: 'free', seats: 5 });
  const ended = (await told()).filter(({ data }) => (data as { action?: string }).action === 'trial.ended');
  expect(ended).toHaveLength(1);
});

test('a plan that is kept during its trial is paid from then on, and cannot be tried again', async () => {
  const { change, changes } = await billing();
  await change({ plan: 'business', trial: true });
  expect(await change({ plan: 'business' })).toMatchObject({ plan: { key: 'business' }, trialEndsAt: null });
  expect((await changes()).some(({ total }) => total > 0n)).toBe(true);
  await change({ plan: 'starter' });
  expect(await change({ plan: 'business', trial: true })).toMatchObject({
    message: 'This plan was tried already.',
  });
});

test('fifty changes at once with one key are one change', async () => {
  const { ask, changes, present, told } = await billing();
  const input = { seats: 20, idempotencyKey: newId() };
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(CHANGE, { input })));
  const outcomes = answers.map(({ data, errors }) => data.changePlan?.seats ?? errors[0]);
  const allowed = new Set([20, 'changePlan: CONFLICT', 'changePlan: OVERLOADED']);
  expect(outcomes.filter((outcome) => !allowed.has(outcome))).toEqual([]);
  expect(outcomes).toContain(20);
  expect([(await changes()).length, (await present())?.version]).toEqual([1, 2]);
  expect((await told()).map(({ type }) => type)).toEqual([AUDIT_TOLD, 'tenant.changed', INVALIDATED]);
  expect((await ask(CHANGE, { input })).data.changePlan.seats).toBe(20);
  const { errors } = await ask(CHANGE, { input: { ...input, seats: 21 } });
  expect(errors).toEqual(['changePlan: IDEMPOTENCY_MISMATCH']);
});

test('changes at once without a key happen one after another', async () => {
  const { change, changes, present } = await billing();
  await Promise.all([change({ seats: 11 }), change({ seats: 12 }), change({ seats: 13 })]);
  const kept = await changes();
  expect((await present())?.version).toBe(kept.length + 1);
});

test('a plan is changed by who may manage billing, with a fresh second factor, in their own tenant', async () => {
  const { as, tenantId, present } = await billing();
  const input = { seats: 20 };
  const asked = async (caller: Parameters<typeof as>[0]) => (await as(caller)(CHANGE, { input })).errors;
  expect(await asked({ tenantId, permissions: ['billing.read'] })).toEqual(['changePlan: FORBIDDEN']);
  expect(await asked({ tenantId, mfa: false })).toEqual(['changePlan: MFA_REQUIRED']);
  expect(await asked({ tenantId, apiKey: true })).toEqual(['changePlan: FORBIDDEN']);
  expect(await asked({ anonymous: true })).toEqual(['changePlan: UNAUTHENTICATED']);
  const { data } = await as({})(CHANGE, { input });
  expect(data.changePlan.message).toBe('There is no subscription to change yet.');
  expect((await present())?.version).toBe(1);
});
