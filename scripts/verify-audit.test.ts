import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { appendAuditEvent } from '@chorus/accounts/audit/audit.queries.ts';
import { features } from '@chorus/accounts/features.ts';
import { given, testServices } from '@chorus/accounts/testing.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { newId } from '@chorus/shared/id.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** The script over a log of three events. */
async function logged() {
  const services = testServices(await makeSigningKey());
  const { worker, urls } = await inProcess('accounts', features, services);
  const { id: tenantId, slug } = await given(worker, services).tenant();
  await transactionOf(worker, tenantId, async (transaction) => {
    for (const action of ['one', 'two', 'three'])
      await appendAuditEvent(transaction, { id: newId(), action, actor: {}, targets: [], context: {} });
  });
  const verify = (...args: string[]) =>
    run(process.execPath, ['scripts/verify-audit.ts', ...args], {
      env: { ...process.env, ACCOUNTS_WORKER_DATABASE_URL: urls.worker },
    }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        stdout,
        stderr,
      }),
    );
  return { tenantId, slug, urls, verify };
}

test('an unbroken log is told and ends well', async () => {
  const { slug, verify } = await logged();
  const { code, stdout } = await verify('--tenant', slug);
  expect([code, stdout]).toEqual([0, `${slug}: 3 events, unbroken\nNo audit log is broken.\n`]);
});

test('a broken log fails and names tenant, event and what is wrong', async () => {
  const { tenantId, slug, urls, verify } = await logged();
  const [changed] = await withConnection(
    urls.owner,
    (sql) => sql<{ id: string }[]>`
      update audit_event set action = 'x' where tenant_id = ${tenantId} and sequence = 2 returning id`,
  );
  const { code, stdout } = await verify('--tenant', slug);
  expect(code).toBe(1);
  expect(stdout).toBe(
    `${slug}: BROKEN at event 2 (${changed?.id}): its content does not fit its hash; 1 before it fit\n` +
      '1 of 1 audit logs are broken.\n',
  );
});

test('an unknown tenant or option is told in one sentence', async () => {
  const { verify } = await logged();
  expect(await verify('--tenant', 'nobody')).toMatchObject({
    code: 78,
    stderr: '--tenant: there is no tenant "nobody".\n',
  });
  expect((await verify('--all')).stderr).toBe(
    'The command line is npm run verify-audit [-- --tenant SLUG]\n',
  );
});
