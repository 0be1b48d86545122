import { Database } from '@chorus/db/database.ts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { freshTenant } from '../harness/client.ts';
import { clonedDatabases } from '../harness/databases.ts';
import { keepDead, kill } from '../harness/killing.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(await clonedDatabases('usage_survives'));
});
afterAll(() => system.stop());

const WORKER = 'billing/worker.ts';

/** Stored operations with our name, and whether what meters say is made of all that are stored. */
const COUNTED = sql`
  select count(*) filter (where data ->> 'operation' = 'Counted')::int as stored,
    count(*) = (select sum(events) from usage_day where meter = 'operations' and tenant_id = usage_event.tenant_id) as exact
  from usage_event group by tenant_id`;

test('a billing worker that dies again and again counts every operation once', async () => {
  const { member, tenant, end } = await freshTenant(system);
  const billing = new Database(system.urls.billing.app, { max: 1 });
  onTestFinished(() => Promise.all([end(), billing.end()]).then(() => undefined));
  const owner = await member('owner');
  const run = (times: number) =>
    Promise.all(Array.from({ length: times }, () => owner.ask('query Counted { trackers { id } }')));
  const counted = (stored: number) =>
    vi.waitFor(
      async () => {
        const rows = await billing.statements(tenant.id).execute(COUNTED);
        expect([...rows]).toEqual([{ stored, exact: true }]);
      },
      { timeout: 30_000, interval: 100 },
    );

  await run(5);
  await counted(5);
  const revive = keepDead(system, WORKER);
  await run(20);
  revive();
  await counted(25);
  for (let round = 0; round < 3; round += 1) {
    await run(10);
    kill(system, WORKER);
    await counted(35 + round * 10);
  }
}, 120_000);
