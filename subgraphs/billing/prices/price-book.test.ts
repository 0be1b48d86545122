import { transactionOf } from '@chorus/db/context.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { GLOBAL, type NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { BillingRecord, PriceBookRecord } from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../features.ts';
import { writeBillingRecord } from '../subscriptions/subscriptions.records.ts';
import { customer, SET_GROUP_PRICE, SET_OVERRIDE, staff, standard } from '../testing.ts';
import { lockBook } from './price-book.queries.ts';
import { PRICE_BOOK_CHANGED, writePriceBookRecord } from './price-book.records.ts';

async function billing() {
  const subgraph = await inProcess('billing', features, undefined);
  const bus = postgresEventBus((await workerDatabase('events')).app);
  onTestFinished(() => bus.close());
  const { as, worker } = subgraph;
  const changed = (tenantId: string): NewEvent => ({
    id: newId(),
    type: 'tenant.changed',
    tenantId,
    time: new Date().toISOString(),
    data: {},
  });
  const recordOf = async (tenantId: string) => {
    await writeBillingRecord(worker, bus, changed(tenantId));
    return (await bus.record('billing', tenantId))?.body as BillingRecord;
  };
  const book = async () => {
    await writePriceBookRecord(worker, bus, { type: PRICE_BOOK_CHANGED });
    return (await bus.record('price-book', GLOBAL))?.body as PriceBookRecord;
  };
  const override = (tenantId: string, price: object) =>
    as(staff())(SET_OVERRIDE, { input: { tenantId, price } });
  return { ...subgraph, bus, recordOf, book, override };
}

test('a contract is in its tenant’s record, with the moments at which it changes by itself', async () => {
  const { worker, recordOf, override } = await billing();
  const tenantId = await customer(worker);
  expect((await recordOf(tenantId)).contract).toBeUndefined();
  const begins = Math.floor(Date.now() / 1000) + 3600;
  const ends = begins + 3600;
  const [validFrom, validTo] = [begins, ends].map((second) => new Date(second * 1000).toISOString());
  await override(tenantId, standard('400', { validFrom, validTo }));
  expect(await recordOf(tenantId)).toMatchObject({
    plan: 'starter',
    planVersion: 1,
    currency: 'EUR',
    contract: { revision: 1, since: 0, coming: [begins, ends] },
  });
});

test('a contract that was only asked about is none', async () => {
  const { worker, recordOf } = await billing();
  const tenantId = await customer(worker);
  await transactionOf(worker, tenantId, lockBook);
  expect((await recordOf(tenantId)).contract).toBeUndefined();
});

test('a price of a group is in the one record of the installation, and counted', async () => {
  const { as, book } = await billing();
  const before = await book();
  const customerGroup = `g${newId().slice(-12)}`;
  await as(staff())(SET_GROUP_PRICE, { input: { customerGroup, price: standard('450') } });
  const after = await book();
  expect(after.revision).toBeGreaterThan(before.revision);
  expect(after.subjects).toContain(`group:${customerGroup}`);
  expect(before.subjects).not.toContain(`group:${customerGroup}`);
  expect(after.since).toBeGreaterThan(0);
});

test('no more changes are planned ahead than the gateways are told of', async () => {
  const { worker, recordOf, override } = await billing();
  const tenantId = await customer(worker);
  const at = (hour: number) => new Date((Math.floor(Date.now() / 1000) + hour * 3600) * 1000).toISOString();
  let refused = 0;
  for (let hour = 1; hour <= 110; hour += 2) {
    const { data } = await override(tenantId, standard('1', { validFrom: at(hour), validTo: at(hour + 1) }));
    if (data.setPriceOverride.__typename === 'PriceRefused') refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
  expect((await recordOf(tenantId)).contract?.coming.length).toBeLessThanOrEqual(100);
});
