import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { CATALOGUE } from '@chorus/shared/flags/catalogue.ts';
import { flagWith } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { writeAccountsRecords } from '../records/records.service.ts';
import { seedFlags } from './seed.ts';
import { flagging, FORCE, KILL } from '@chorus/tests/harness/flags.ts';

async function recording() {
  const here = await flagging();
  const bus = postgresEventBus((await workerDatabase('events')).app);
  onTestFinished(() => bus.close());
  /** Writes what the outbox of a tenant asks for, as the relay does. */
  const relayed = async (tenantId: string) => {
    const rows = await here.db.execute<{ id: string; type: string; data: unknown }>(sql`
      select id, type, data from outbox where tenant_id = ${tenantId} order by sequence`);
    for (const row of rows)
      await writeAccountsRecords(here.worker, bus, { ...row, tenantId, time: new Date().toISOString() });
  };
  return { ...here, bus, relayed };
}

test('gateways are told the flags of the installation, and of each tenant only what is different', async () => {
  const { define, staff, bus, relayed, tenantId } = await recording();
  const key = await define();
  await staff(KILL, { input: { key, reason: 'Off.' } });
  await staff(FORCE, { input: { tenantId, flag: key, variant: 'on', reason: 'On.' } });
  await staff(KILL, { input: { key, tenantId, reason: 'Off here.' } });
  await relayed(PLATFORM_TENANT);
  await relayed(tenantId);
  const record = await bus.record('flags', GLOBAL);
  expect(record?.body).toMatchObject({
    flags: { [key]: { version: 1, definition: flagWith({ key }), killed: true } },
  });
  expect((await bus.record('flag-overrides', tenantId))?.body).toEqual({
    kills: [key],
    overrides: { [key]: { variant: 'on', forced: true } },
  });
  expect(await bus.record('flag-overrides', newId())).toBeUndefined();
});

test('a change of a member writes no flags', async () => {
  const { bus, relayed, tenant } = await recording();
  const { id } = await tenant();
  await relayed(id);
  expect(await bus.record('accounts', id)).toBeDefined();
  expect(await bus.record('flag-overrides', id)).toBeUndefined();
});

test('an installation starts with the flags of the catalogue, and keeps what staff made of them', async () => {
  const { worker, db, staff } = await recording();
  await seedFlags(worker);
  const keys = CATALOGUE.map(({ key }) => key);
  const there = await db.execute<{ key: string }>(sql`select key from flag`);
  expect([...there].map(({ key }) => key)).toEqual(expect.arrayContaining(keys));
  await staff(KILL, { input: { key: keys[0], reason: 'Not here.' } });
  const before = await db.execute(sql`select count(*) from outbox`);
  await seedFlags(worker);
  expect(await db.execute(sql`select count(*) from outbox`)).toEqual(before);
  const [row] = await db.execute<{ killed: boolean }>(sql`
    select killed_at is not null as killed from flag where key = ${keys[0] ?? ''}`);
  expect(row?.killed).toBe(true);
});
