import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@chorus/db/migrate.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { newId } from '@chorus/shared/id.ts';
import { emptyDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, test } from 'vitest';

const BILLING = new URL('../../../db/billing/', import.meta.url);

const STARTER = '019b76da-a800-84f0-aaff-b78458923f1e';

/** The folder as it was when its first migration was the only one. */
function firstMigration(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-billing-'));
  mkdirSync(join(folder, 'migrations/meta'), { recursive: true });
  const first = '0000_billing';
  cpSync(new URL(`migrations/${first}.sql`, BILLING), join(folder, `migrations/${first}.sql`));
  const journal = JSON.parse(readFileSync(new URL('migrations/meta/_journal.json', BILLING), 'utf8')) as {
    entries: { tag: string }[];
  };
  const entries = journal.entries.filter(({ tag }) => tag === first);
  writeFileSync(join(folder, 'migrations/meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  writeFileSync(join(folder, 'grants.sql'), '');
  return folder;
}

test('an installation that is upgraded tells again what each tenant may use, but for what was cancelled', async () => {
  const { owner } = await emptyDatabase('billing');
  await migrate('billing', owner, firstMigration());
  const [tenant, former] = [newId(), newId()];
  await withConnection(owner, async (sql) => {
    await sql`insert into plan (id, key, name, description, monthly_price, currency, sort)
      values (${STARTER}, 'starter', 'Starter', '', 0, 'EUR', 1)`;
    for (const [tenantId, status] of [
      [tenant, 'ACTIVE'],
      [former, 'CANCELLED'],
    ] as const)
      await sql`insert into subscription (tenant_id, id, plan_id, status, seats, period_start, period_end, version)
        values (${tenantId}, ${newId()}, ${STARTER}, ${status}, 1, now(), now(), 4)`;
  });
  await migrate('billing', owner);
  await withConnection(owner, async (sql) => {
    const told = await sql`select distinct tenant_id, type, data from outbox where type = 'tenant.changed'`;
    expect([...told]).toEqual([{ tenant_id: tenant, type: 'tenant.changed', data: {} }]);
    const versions = await sql`select tenant_id, status, version::int from subscription order by status`;
    expect([...versions]).toEqual([
      { tenant_id: tenant, status: 'ACTIVE', version: 6 },
      { tenant_id: former, status: 'CANCELLED', version: 6 },
    ]);
  });
});
