import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { pricesOf, insertPrice, priceKey } from './prices.queries.ts';

const billing = () => inProcess('billing', features, undefined);

const row = (tenantId: string, other: object = {}) => ({
  id: newId(),
  subject: `contract:${tenantId}`,
  item: 'seat',
  currency: 'EUR',
  unitsFrom: 0n,
  unitsTo: null,
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: null,
  model: { kind: 'STANDARD' as const, unit: '1' },
  reason: 'test',
  createdBy: 'test',
  ...other,
});

test('the database itself refuses two prices of one thing for one subject at one time', async () => {
  const { database } = await billing();
  const tenantId = newId();
  const scope = { db: database.statements(tenantId), tenantId };
  await insertPrice(scope, row(tenantId));
  await expect(insertPrice(scope, row(tenantId))).rejects.toMatchObject({ cause: { code: '23P01' } });
  await insertPrice(scope, row(tenantId, { currency: 'USD' }));
  await insertPrice(scope, row(tenantId, { item: 'plan:free' }));
});

test('prices that follow each other, and those of other quantities, stand beside each other', async () => {
  const { database } = await billing();
  const tenantId = newId();
  const scope = { db: database.statements(tenantId), tenantId };
  const end = new Date('2026-06-01T00:00:00Z');
  await insertPrice(scope, row(tenantId, { validTo: end, unitsTo: 10n }));
  await insertPrice(scope, row(tenantId, { validFrom: end, unitsTo: 10n }));
  await insertPrice(scope, row(tenantId, { unitsFrom: 11n }));
  const overlaps = row(tenantId, { validFrom: new Date(end.getTime() - 1), unitsFrom: 10n, unitsTo: 10n });
  await expect(insertPrice(scope, overlaps)).rejects.toMatchObject({ cause: { code: '23P01' } });
});

test('what a price, a version or a settled change says is never changed by a request, and nothing of it is deleted', async () => {
  const { database } = await billing();
  const db = database.statements(newId());
  for (const text of [
    `update price set model = '{}'`,
    `update contract_price set model = '{}'`,
    'delete from contract_price',
    'update price set valid_from = now()',
    'delete from price',
  ])
    await expect(db.execute(text)).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('a request of a tenant writes neither the catalogue’s prices nor another’s, nor versions of plans', async () => {
  const { database } = await billing();
  const [mine, theirs] = [newId(), newId()];
  const scope = { db: database.statements(mine), tenantId: mine };
  const foreign = { cause: { code: '42501' } };
  await expect(insertPrice({ ...scope, tenantId: theirs }, row(theirs))).rejects.toMatchObject(foreign);
  const general = row(PLATFORM_TENANT, { subject: 'default', item: 'meter:x' });
  await expect(insertPrice({ ...scope, tenantId: PLATFORM_TENANT }, general)).rejects.toMatchObject(foreign);
  const ended = await scope.db.execute(
    sql`update price set valid_to = now() where subject = 'default' returning id`,
  );
  expect([...ended]).toEqual([]);
  const version = sql`insert into plan_version (plan_id, version, valid_from, included_seats)
    select id, 99, now(), 1 from plan limit 1`;
  await expect(scope.db.execute(version)).rejects.toMatchObject(foreign);
});

test('a contract is never among the prices that everybody reads', async () => {
  const { database } = await billing();
  const platform = { db: database.statements(PLATFORM_TENANT), tenantId: PLATFORM_TENANT };
  await expect(insertPrice(platform, row(newId()))).rejects.toMatchObject({ cause: { code: '23514' } });
});

test('a price whose model is not understood prices nothing', async () => {
  const { worker } = await billing();
  const tenantId = newId();
  const scope = { db: worker.statements(tenantId), tenantId };
  const { id, subject, item } = await insertPrice(scope, row(tenantId));
  await scope.db.execute(sql`update contract_price set model = '{"kind": "FREE"}' where id = ${id}::uuid`);
  await expect(pricesOf(scope, [priceKey(subject, item)])).rejects.toThrow('Invalid');
});
