import { transactionOf } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { audit, NO_TENANT, type AuditAction, type AuditFactor } from './audit.service.ts';

/** What a refusal was about, as far as that is known; without a tenant it is nobody's. */
interface Refused {
  tenantId: string;
  memberId?: string;
  invitationId?: string;
  /** Why, where that is not the factor alone. */
  reason?: string;
}

/**
 * Something that was not proven: it has no transaction of its own, and nobody is named as its actor. Somebody unknown
 * is told of in a chain of nobody's, which costs as much as one of a tenant.
 */
export async function auditRefusal(
  ctx: Context,
  action: Extract<AuditAction, `${string}refused`>,
  factor: AuditFactor,
  { tenantId, memberId, invitationId, reason }: Refused = { tenantId: NO_TENANT },
): Promise<void> {
  const targets = [
    { kind: 'member', id: memberId } as const,
    { kind: 'invitation', id: invitationId } as const,
  ].flatMap(({ kind, id }) => (id === undefined ? [] : [{ kind, id }]));
  const detail = { factor, ...(reason !== undefined && { reason }) };
  await transactionOf(ctx.database, tenantId, (transaction) =>
    audit(ctx, transaction, { action, actor: { kind: 'unknown' }, targets, detail }),
  );
}
