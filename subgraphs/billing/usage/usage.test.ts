import { outbox } from '@chorus/db/outbox.table.ts';
import { newId } from '@chorus/shared/id.ts';
import { inProcess, type Ask } from '@chorus/tests/harness/subgraph.ts';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { event, tenantUsage } from './testing.ts';

const billing = () => inProcess('billing', features, undefined);

const RECORD = `mutation ($events: [UsageEventInput!]!) {
  recordUsage(input: { events: $events }) {
    __typename
    ... on RecordedUsage { recorded events { index id duplicate metered late problem { reason message } } }
    ... on Problem { message }
  }
}`;
const USAGE = `query ($from: Date!, $to: Date!, $meters: [String!]) {
  usage(from: $from, to: $to, meters: $meters) {
    meter unit aggregation total days { day quantity events }
  }
}`;
const TENANTS = `query ($tenants: [_Any!]!, $day: Date!) {
  _entities(representations: $tenants) {
    ... on Tenant { usage(from: $day, to: $day, meters: ["exported_rows"]) { total } }
  }
}`;

const today = () => new Date().toISOString().slice(0, 10);

const sent = (id: string, change: object = {}) => ({
  id,
  source: 'exporter',
  type: 'export.finished',
  data: { rows: 5 },
  ...change,
});

const exported = async (ask: Ask): Promise<string> => {
  const { data } = await ask(USAGE, { from: today(), to: today(), meters: ['exported_rows'] });
  return data.usage[0].total;
};

test('events are recorded one by one: what is wrong is told with its place, and the rest counts', async () => {
  const { as } = await billing();
  const ask = as({ tenantId: newId() });
  const events = [
    sent('1'),
    sent('1', { data: { rows: 90 } }),
    sent('2', { data: { rows: -1 } }),
    sent('3', { type: 'nobody.counts' }),
    sent('4', { time: '2100-01-01T00:00:00Z' }),
  ];
  const nothing = { duplicate: false, metered: false, late: false, problem: null };
  const { data, errors } = await ask(RECORD, { events });
  expect(errors).toEqual([]);
  expect(data.recordUsage).toEqual({
    __typename: 'RecordedUsage',
    recorded: 2,
    events: [
      { ...nothing, index: 0, id: '1', metered: true },
      { ...nothing, index: 1, id: '1', metered: true, duplicate: true },
      { ...nothing, index: 2, id: '2', problem: expect.objectContaining({ reason: 'QUANTITY_REFUSED' }) },
      { ...nothing, index: 3, id: '3' },
      { ...nothing, index: 4, id: '4', problem: expect.objectContaining({ reason: 'TIME_REFUSED' }) },
    ],
  });
  expect(await exported(ask)).toBe('5');
});

test('sending again answers that it was recorded before, and changes nothing', async () => {
  const { as } = await billing();
  const ask = as({ tenantId: newId() });
  await ask(RECORD, { events: [sent('1'), sent('2')] });
  const { data } = await ask(RECORD, { events: [sent('2'), sent('3')] });
  expect(data.recordUsage.recorded).toBe(1);
  expect(data.recordUsage.events.map((one: { duplicate: boolean }) => one.duplicate)).toEqual([true, false]);
  expect(await exported(ask)).toBe('15');
});

test.each([0, 501])('a batch of %i events is refused whole', async (length) => {
  const { as } = await billing();
  const ask = as({ tenantId: newId() });
  const events = Array.from({ length }, (_, n) => sent(String(n)));
  const { data } = await ask(RECORD, { events });
  expect(data.recordUsage).toMatchObject({ __typename: 'UsageBatchRefused' });
  expect(await exported(ask)).toBe('0');
});

test('a batch of 500 events is recorded in few statements', async () => {
  const { as, statements } = await billing();
  const events = Array.from({ length: 500 }, (_, n) => sent(String(n)));
  const { data } = await as()(RECORD, { events });
  expect(data.recordUsage.recorded).toBe(500);
  expect(statements).toHaveLength(3);
});

test('a program with a key and without a second factor may record', async () => {
  const { as } = await billing();
  const key = as({ apiKey: true, permissions: ['usage.record'] });
  expect((await key(RECORD, { events: [sent('1')] })).data.recordUsage.recorded).toBe(1);
  const member = as({ mfa: false });
  expect((await member(RECORD, { events: [sent('1')] })).data.recordUsage.recorded).toBe(1);
});

test('without usage.record nothing is recorded and the audit log is told once, and without billing.read nothing is shown', async () => {
  const { as, worker } = await billing();
  const { tenantId, totals } = tenantUsage(worker);
  const reader = as({ tenantId, permissions: ['billing.read', 'billing.manage'] });
  expect(await reader(RECORD, { events: [sent('1')] })).toMatchObject({
    data: { recordUsage: null },
    errors: ['recordUsage: FORBIDDEN'],
  });
  expect(await totals()).toEqual({});
  const told = await worker
    .statements(tenantId)
    .select({ type: outbox.type, data: outbox.data })
    .from(outbox)
    .where(eq(outbox.tenantId, tenantId));
  const denied = expect.objectContaining({ permission: 'usage.record', reason: 'forbidden' });
  expect(told).toEqual([{ type: 'access.denied', data: denied }]);
  const writer = as({ tenantId, permissions: ['usage.record'] });
  expect((await writer(USAGE, { from: today(), to: today() })).errors).toEqual(['usage: FORBIDDEN']);
});

test('nobody who has not signed in records or reads usage', async () => {
  const { as } = await billing();
  const ask = as({ anonymous: true });
  expect((await ask(RECORD, { events: [sent('1')] })).errors).toEqual(['recordUsage: UNAUTHENTICATED']);
  expect((await ask(USAGE, { from: today(), to: today() })).errors).toEqual(['usage: UNAUTHENTICATED']);
});

test('the same event of another tenant is another event, and its usage is not to be seen', async () => {
  const { as } = await billing();
  const [mine, theirs] = [newId(), newId()];
  await as({ tenantId: theirs })(RECORD, { events: [sent('1', { data: { rows: 99 } })] });
  const ask = as({ tenantId: mine });
  expect((await ask(RECORD, { events: [sent('1')] })).data.recordUsage.recorded).toBe(1);
  expect(await exported(ask)).toBe('5');
  const tenants = [mine, theirs, newId()].map((id) => ({ __typename: 'Tenant', id }));
  const { data, errors } = await ask(TENANTS, { tenants, day: today() });
  expect([data._entities.map((one: { usage: unknown }) => one.usage), errors]).toEqual([
    [[{ total: '5' }], null, null],
    [],
  ]);
});

test('usage tells of every meter, and of those that were not used that they were not', async () => {
  const { as, worker } = await billing();
  const { tenantId, ingest } = tenantUsage(worker);
  const time = new Date('2026-05-03T23:59:59Z');
  await ingest([event({ type: 'trackers.counted', data: { count: 4 }, time })]);
  const ask = as({ tenantId });
  const { data } = await ask(USAGE, { from: '2026-05-01', to: '2026-05-31' });
  const used = data.usage.filter(({ total }: { total: string }) => total !== '0');
  expect(used).toEqual([
    {
      meter: 'peak_trackers',
      unit: 'tracker',
      aggregation: 'MAX',
      total: '4',
      days: [{ day: '2026-05-03', quantity: '4', events: 1 }],
    },
  ]);
  expect(data.usage.length).toBeGreaterThan(5);
});

test.each([
  ['a range that is backwards', { from: '2026-05-02', to: '2026-05-01' }],
  ['more than 92 days', { from: '2026-01-01', to: '2026-04-03' }],
  ['a meter that nobody knows', { from: '2026-05-01', to: '2026-05-01', meters: ['__proto__'] }],
])('%s is bad input', async (_, variables) => {
  const { as } = await billing();
  expect(await as()(USAGE, variables)).toMatchObject({
    data: { usage: null },
    errors: ['usage: BAD_USER_INPUT'],
  });
});
