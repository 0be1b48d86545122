import { newId } from '@chorus/shared/id.ts';
import { memberRecordKind, type Quota } from '@chorus/shared/records.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { subgraph } from '../testing.ts';

const THINGS = `type Query { thing: Thing other: Thing } type Thing { id: ID } type Mutation { make: Thing }`;
const BILLS = `type Query { bill: Bill } type Bill { id: ID }`;

const QUOTA: Quota = { limit: 3, hard: true, spares: ['bills'], upgrade: 'business' };

/** A tenant whose operations may cost 3 a month; each thing costs 1. */
async function product(change: Partial<Quota> = {}) {
  const thing = () => ({ id: '1' });
  const over = [
    await subgraph('things', THINGS, { Query: { thing, other: thing }, Mutation: { make: thing } }),
    await subgraph('bills', BILLS, { Query: { bill: thing } }),
  ];
  const made = await productGateway({ over });
  const put = (quota: Quota) =>
    made.bus.put('billing', made.tenantId, { plan: 'free', seats: 5, entitlements: [], quota });
  put({ ...QUOTA, ...change });
  const credential = await made.token(made.ann);
  const ask = (query = '{ thing { id } }') => made.as(credential, query);
  const statuses = async (times: number, query?: string) =>
    (await Promise.all(Array.from({ length: times }, () => ask(query)))).map(({ status }) => status);
  return { ...made, ask, statuses, put };
}

test('what a month has is used once, by people and keys together, and then refused with the way out', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 22) });
  onTestFinished(() => void vi.useRealTimers());
  const { statuses, ask, apiKey, as } = await product();
  expect((await statuses(2)).every((status) => status === 200)).toBe(true);
  expect((await as(apiKey().key, '{ thing { id } }')).status).toBe(200);
  const { status, body } = await ask();
  expect([status, body]).toEqual([
    403,
    {
      errors: [
        {
          message: 'The quota for this period is used up.',
          extensions: {
            code: 'QUOTA_EXCEEDED',
            limit: 3,
            resetsAt: '2026-12-01T00:00:00.000Z',
            plan: 'business',
          },
        },
      ],
    },
  ]);
});

test('of many at once exactly as many pass as there is left', async () => {
  const { statuses } = await product({ limit: 25 });
  const all = await statuses(60);
  expect(all.filter((status) => status === 200)).toHaveLength(25);
});

test('an operation counts what it costs, and one that costs more than is left is refused as a whole', async () => {
  const { statuses } = await product();
  const two = '{ thing { id } other { id } }';
  expect(await statuses(1, two)).toEqual([200]);
  expect(await statuses(1, two)).toEqual([403]);
  expect(await statuses(1)).toEqual([200]);
  expect(await statuses(1, 'mutation { make { id } }')).toEqual([403]);
});

test('what is spared is answered whatever is used, so that one can see the bill', async () => {
  const { statuses } = await product();
  await statuses(3);
  expect(await statuses(5, '{ bill { id } __typename }')).toEqual([200, 200, 200, 200, 200]);
  expect(await statuses(1, '{ bill { id } ...T } fragment T on Query { thing { id } }')).toEqual([403]);
});

test('a soft limit refuses nothing', async () => {
  const { statuses } = await product({ hard: false });
  expect(new Set(await statuses(10))).toEqual(new Set([200]));
});

test('a plan with more opens with the next request, and one with less closes', async () => {
  const { statuses, put } = await product();
  await statuses(3);
  put({ ...QUOTA, limit: 4 });
  expect(await statuses(2)).toEqual([200, 403]);
  put({ ...QUOTA, limit: 2 });
  expect(await statuses(1)).toEqual([403]);
});

test('another tenant, and a month later, have their own', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 30, 23, 59) });
  onTestFinished(() => void vi.useRealTimers());
  const { statuses, bus, record, token, as } = await product();
  await statuses(3);
  const [other, eve] = [newId(), newId()];
  bus.put('accounts', other, record);
  bus.put(memberRecordKind(eve), other, { active: true, seatType: 'full', roles: [], groups: [] });
  bus.put('billing', other, { plan: 'free', seats: 5, entitlements: [], quota: QUOTA });
  expect((await as(await token(eve, { tid: other }), '{ thing { id } }')).status).toBe(200);
  expect(await statuses(1)).toEqual([403]);
  vi.setSystemTime(Date.UTC(2026, 11, 1));
  bus.put('beat', other, {});
  expect(await statuses(1)).toEqual([200]);
});
