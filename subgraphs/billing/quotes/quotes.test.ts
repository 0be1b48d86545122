import { newId } from '@chorus/shared/id.ts';
import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { chain, customer, SET_OVERRIDE, SET_MEMBER_PRICE, staff, standard } from '../testing.ts';

const QUOTE = `query ($input: QuoteInput!) {
  quote(input: $input) {
    __typename
    ... on Quote {
      at plan { key } version seats addOns trialEndsAt periodStart periodEnd
      lines { item quantity amount { amount } priceId }
      monthly { amount } usage { item amount { amount } } usageTotal { amount }
      prorations { item amount { amount } from to } total { amount minorUnits } warnings
    }
    ... on Problem { message }
  }
}`;

const EXPLAIN = `query ($item: PriceItemInput!, $quantity: BigInt, $at: DateTime) {
  priceExplanation(item: $item, quantity: $quantity, at: $at) {
    quantity cheaperFrom amount { amount currency } winner { level subject }
    steps { level subject verdict amount { amount } price { id model { kind unitPrice tiers { upTo unitPrice } } } }
  }
}`;

const DAY_MS = 86_400_000;

async function billing() {
  const subgraph = await inProcess('billing', features, { membersInUse: () => Promise.resolve(1) });
  const { as, worker } = subgraph;
  const start = new Date('2026-04-01T00:00:00Z');
  const tenantId = await customer(worker, { plan: 'starter', seats: 10, start });
  const identity = chain('starter@1', `contract:${tenantId}`);
  const ask = as({ tenantId, identity });
  const quote = async (input: object) => (await ask(QUOTE, { input })).data.quote;
  const override = (price: object) => as(staff())(SET_OVERRIDE, { input: { tenantId, price } });
  return { ...subgraph, tenantId, ask, quote, override, identity };
}

const tiers = [{ upTo: '100', unitPrice: '1.00' }, { upTo: '200', unitPrice: '0.80' }, { unitPrice: '0.50' }];
const mentions = { item: { kind: 'METER', key: 'golden' } };

test('a quote says what a month costs line by line, and what the change costs until the end of the period', async () => {
  const { quote } = await billing();
  const at = '2026-04-16T00:00:00.000Z';
  expect(await quote({ plan: 'business', seats: 60, at })).toMatchObject({
    at,
    plan: { key: 'business' },
    version: 1,
    seats: 60,
    periodStart: '2026-04-01T00:00:00.000Z',
    periodEnd: '2026-05-01T00:00:00.000Z',
    lines: [
      { item: 'plan:business', quantity: '1', amount: { amount: '499.00' } },
      { item: 'seat', quantity: '10', amount: { amount: '80.00' } },
    ],
    monthly: { amount: '579.00' },
    prorations: [
      { item: 'plan:starter', amount: { amount: '-24.50' }, from: at },
      { item: 'plan:business', amount: { amount: '249.50' } },
      { item: 'seat', amount: { amount: '40.00' } },
    ],
    total: { amount: '265.00', minorUnits: '26500' },
    warnings: [],
  });
});

test('what stays is neither given back nor asked for, and less gives back', async () => {
  const { quote } = await billing();
  const at = '2026-04-16T00:00:00.000Z';
  const more = await quote({ seats: 12, addOns: ['share_of_voice'], at });
  expect(more.prorations.map(({ item }: { item: string }) => item)).toEqual([
    'seat',
    'add_on:share_of_voice',
  ]);
  expect(more.total.amount).toBe('23.50');
  expect((await quote({ plan: 'free', at })).total.amount).toBe('-24.50');
  expect((await quote({ at })).total.amount).toBe('0.00');
});

test('usage is priced by golden numbers, and a quote warns where more units cost less', async () => {
  const { quote, override } = await billing();
  const total = async (model: object, quantity: string) => {
    await override({ ...mentions, model, replace: true, reason: 'golden' });
    return quote({ usage: [{ meter: 'golden', quantity }] });
  };
  expect((await total({ kind: 'GRADUATED', tiers }, '250')).usageTotal.amount).toBe('205.00');
  expect(
    (await total({ kind: 'PACKAGE', packageSize: '100', packagePrice: '50.00' }, '250')).usageTotal.amount,
  ).toBe('150.00');
  expect((await total({ kind: 'VOLUME', tiers }, '250')).usageTotal.amount).toBe('125.00');
  expect(await quote({ usage: [{ meter: 'golden', quantity: '95' }] })).toMatchObject({
    usageTotal: { amount: '95.00' },
    warnings: ['More units of meter:golden cost less from 101 on.'],
  });
  expect((await quote({ usage: [{ meter: 'golden', quantity: '0' }] })).usageTotal.amount).toBe('0.00');
});

test('a price to come counts at a date to come, and not before', async () => {
  const { quote, override, ask } = await billing();
  const begins = new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * DAY_MS);
  await override(standard('10', { item: { kind: 'PLAN', key: 'starter' }, validFrom: begins.toISOString() }));
  const monthly = async (at: Date) => (await quote({ at: at.toISOString() })).monthly.amount;
  expect(await monthly(new Date(begins.getTime() - 1))).toBe('49.00');
  expect(await monthly(begins)).toBe('10.00');
  const explained = async (at: Date) => {
    const { data } = await ask(EXPLAIN, { item: { kind: 'PLAN', key: 'starter' }, at: at.toISOString() });
    return data.priceExplanation;
  };
  expect(await explained(new Date(begins.getTime() - 1))).toMatchObject({
    amount: { amount: '49.00' },
    winner: { level: 'DEFAULT' },
    steps: [
      { level: 'CONTRACT', verdict: 'NOT_YET' },
      { level: 'PLAN_VERSION', verdict: 'NONE' },
      { verdict: 'WINS' },
    ],
  });
  expect(await explained(begins)).toMatchObject({ winner: { level: 'CONTRACT', subject: null } });
});

test('two roles of one tenant are shown different prices by the same query, and told why', async () => {
  const { as, tenantId } = await billing();
  const role = newId();
  await as(staff())(SET_MEMBER_PRICE, { input: { role, price: standard('5', { item: { kind: 'SEAT' } }) } });
  const explained = async (...subjects: string[]) => {
    const ask = as({ tenantId, identity: chain('starter@1', ...subjects) });
    return (await ask(EXPLAIN, { item: { kind: 'SEAT' }, quantity: '3' })).data.priceExplanation;
  };
  expect(await explained(`role:${role}`)).toMatchObject({
    amount: { amount: '15.00', currency: 'EUR' },
    winner: { level: 'ROLE', subject: role },
    steps: [
      { level: 'ROLE', verdict: 'WINS', amount: { amount: '15.00' } },
      { level: 'PLAN_VERSION', verdict: 'NONE', amount: null },
      { level: 'DEFAULT', verdict: 'OUTRANKED', amount: { amount: '27.00' } },
    ],
  });
  expect(await explained()).toMatchObject({ amount: { amount: '27.00' }, winner: { level: 'DEFAULT' } });
});

test('what has no price is explained by what was looked at, and quoted as an error', async () => {
  const { ask } = await billing();
  const { data } = await ask(EXPLAIN, { item: { kind: 'METER', key: 'nothing' } });
  expect(data.priceExplanation).toMatchObject({ amount: null, winner: null, cheaperFrom: null });
  const { errors } = await ask(QUOTE, { input: { usage: [{ meter: 'nothing', quantity: '1' }] } });
  expect(errors).toEqual(['quote: BAD_USER_INPUT']);
});

test.each<[string, object]>([
  ['a plan there is not', { plan: 'platinum' }],
  ['no seats', { seats: 0 }],
  ['fewer than none', { seats: -5 }],
  ['more seats than anybody has', { seats: 10_001 }],
  ['an add-on there is not', { addOns: ['nothing'] }],
  ['an add-on the plan has already', { plan: 'business', addOns: ['share_of_voice'] }],
  ['a trial of a plan that has none', { plan: 'free', trial: true }],
  ['a trial of the plan it has', { plan: 'starter', trial: true }],
  ['a trial of more seats than the plan has', { plan: 'business', seats: 51, trial: true }],
  ['a trial with add-ons', { plan: 'business', addOns: ['busiest_day'], trial: true }],
  ['too many meters', { usage: Array.from({ length: 21 }, () => ({ meter: 'mentions', quantity: '1' })) }],
])('%s is refused', async (_what, input) => {
  const { quote } = await billing();
  expect((await quote(input)).__typename).toBe('QuoteRefused');
});

test.each<[string, object]>([
  ['negative usage', { usage: [{ meter: 'mentions', quantity: '-1' }] }],
  ['huge usage', { usage: [{ meter: 'mentions', quantity: '1000000001' }] }],
  ['fractional usage', { usage: [{ meter: 'mentions', quantity: '1.5' }] }],
  ['a moment nobody lives to see', { at: '9999-01-01T00:00:00Z' }],
])('%s is no input', async (_what, input) => {
  const { ask } = await billing();
  const { data, messages } = await ask(QUOTE, { input });
  expect(data?.quote ?? null).toBeNull();
  expect(messages).toHaveLength(1);
});

test('prices are for those who may read billing, of their own tenant', async () => {
  const { as, tenantId } = await billing();
  for (const [text, variables] of [
    [QUOTE, { input: {} }],
    [EXPLAIN, { item: { kind: 'SEAT' } }],
  ] as const) {
    const refused = async (caller: Parameters<typeof as>[0]) => (await as(caller)(text, variables)).errors[0];
    expect(await refused({ tenantId, permissions: SYSTEM_ROLES.viewer })).toContain('FORBIDDEN');
    expect(await refused({ anonymous: true })).toContain('UNAUTHENTICATED');
  }
  const { data } = await as()(QUOTE, { input: {} });
  expect(data.quote).toMatchObject({ message: 'There is no subscription to change yet.' });
});
