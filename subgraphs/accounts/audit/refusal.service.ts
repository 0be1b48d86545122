import { transactionOf } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { audit, NO_TENANT, type AuditAction, type AuditFactor } from './audit.service.ts';

/** Somebody unknown is told of in a chain of nobody's, which costs as much as one of a tenant. */
export async function auditRefusal(
  ctx: Context,
  action: Extract<AuditAction, `${string}.refused`>,
  factor: AuditFactor,
  { tenantId, memberId }: { tenantId: string; memberId?: string } = { tenantId: NO_TENANT },
): Promise<void> {
  const targets = memberId === undefined ? [] : [{ kind: 'member', id: memberId } as const];
  await transactionOf(ctx.database, tenantId, (transaction) =>
    audit(ctx, transaction, { action, actor: { kind: 'unknown' }, targets, detail: { factor } }),
  );
}
