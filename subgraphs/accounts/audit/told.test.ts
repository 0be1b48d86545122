import { AUDIT_TOLD, type ToldAudit } from '@chorus/db/audit-events.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { toldEvents } from './audit.events.ts';
import { auditEvent } from './audit.table.ts';

async function told(byPlatform: boolean) {
  const { worker, tenant } = await accountsInProcess();
  const { id: tenantId } = await tenant();
  const actor = { kind: byPlatform ? 'staff' : 'member', id: newId() } as const;
  const data: ToldAudit = {
    action: byPlatform ? 'price.set' : 'plan.changed',
    actor,
    byPlatform,
    after: { plan: 'business@1' },
    origin: { requestId: newId() },
  };
  const event = { id: newId(), type: AUDIT_TOLD, tenantId, time: '', data, source: 'billing', sequence: 1 };
  await transactionOf(worker, tenantId, async (transaction) => {
    await toldEvents[AUDIT_TOLD]?.(transaction, event);
  });
  const by = async (log: string) => {
    const rows = await worker.statements(log).select().from(auditEvent).where(eq(auditEvent.tenantId, log));
    return rows.filter((row) => row.actor.id === actor.id);
  };
  return { tenantId, own: await by(tenantId), platforms: await by(PLATFORM_TENANT) };
}

test('what is done in another service stands in the audit log of its tenant', async () => {
  const { tenantId, own, platforms } = await told(false);
  expect(own).toMatchObject([
    {
      action: 'plan.changed',
      targets: [{ kind: 'tenant', id: tenantId }],
      after: { plan: 'business@1' },
    },
  ]);
  expect(platforms).toEqual([]);
});

test('what staff does to a tenant there stands in the platform’s log as well', async () => {
  const { own, platforms } = await told(true);
  expect([own, platforms].map((rows) => rows.map(({ action }) => action))).toEqual([
    ['price.set'],
    ['price.set'],
  ]);
});
