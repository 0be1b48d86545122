import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { features } from '@chorus/billing/features.ts';
import { event, tenantUsage } from '@chorus/billing/usage/testing.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);

/** A tenant with two events of usage, and the script over its database. */
async function counted() {
  const { worker, urls } = await inProcess('billing', features, undefined);
  const events = await workerDatabase('events');
  const bus = postgresEventBus(events.app);
  onTestFinished(() => bus.close());
  const tenant = tenantUsage(worker);
  const slug = `t-${newId()}`;
  await bus.putRecord({ kind: 'accounts', tenantId: tenant.tenantId, version: 1, body: { slug } });
  const time = new Date('2026-05-10T12:00:00Z');
  await tenant.ingest([event({ time }), event({ time })]);
  const env = {
    ...process.env,
    BILLING_WORKER_DATABASE_URL: urls.worker,
    EVENTS_DATABASE_URL: events.app,
  };
  const rebuild = (...args: string[]) =>
    run(process.execPath, ['scripts/rebuild-usage.ts', ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        stdout,
        stderr,
      }),
    );
  return { ...tenant, urls, slug, rebuild };
}

test('the days that are named are counted anew from what was stored', async () => {
  const { tenantId, urls, slug, totals, rebuild } = await counted();
  await withConnection(urls.owner, (sql) => sql`delete from usage_day where tenant_id = ${tenantId}`);
  expect(await totals()).toEqual({});
  const { code, stdout } = await rebuild('--tenant', slug, '--from', '2026-05-01', '--to', '2026-05-31');
  expect([code, stdout]).toEqual([0, `${slug}: 2 events from 2026-05-01 to 2026-05-31 counted anew\n`]);
  expect(await totals()).toEqual({ exported_rows: '2' });
});

test.each([
  ['a tenant that nobody knows', ['--tenant', 'nobody', '--from', '2026-05-01', '--to', '2026-05-02']],
  ['no days', ['--tenant', 'nobody']],
  ['a day that is none', ['--tenant', 'nobody', '--from', '2026-05-01', '--to', '2026-05-99']],
  ['days that are backwards', ['--tenant', 'nobody', '--from', '2026-05-02', '--to', '2026-05-01']],
  ['an option there is not', ['--all']],
])('%s is told in one sentence', async (_, args) => {
  const { rebuild } = await counted();
  const { code, stderr } = await rebuild(...args);
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
});
