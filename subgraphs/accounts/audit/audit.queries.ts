import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { auditEvent, type AuditEventRow } from './audit.table.ts';

export interface NewAuditEvent {
  id: string;
  action: string;
  actor: object;
  targets: readonly object[];
  context: object;
  before?: object;
  after?: object;
}

/** In the tenant of the transaction, behind its newest event. */
export async function appendAuditEvent({ db, tenantId }: Scope, event: NewAuditEvent): Promise<void> {
  await db.execute(sql`select append_audit_event(${tenantId}::uuid, ${JSON.stringify(event)}::text::jsonb)`);
}

/** Conditions on the log; what is null or missing does not restrict it. */
export interface AuditFilter {
  action?: string | null;
  actor?: string | null;
  from?: Date | null;
  to?: Date | null;
}

/** Newest first, behind the event with the sequence number `before`. */
export function listAuditEvents(
  { db, tenantId }: Scope,
  { action, actor, from, to }: AuditFilter,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<AuditEventRow[]> {
  return db
    .select()
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.tenantId, tenantId),
        before === undefined ? undefined : lt(auditEvent.sequence, before),
        action ? eq(auditEvent.action, action) : undefined,
        actor ? sql`${auditEvent.actor} ->> 'id' = ${actor}::text` : undefined,
        from ? gte(auditEvent.time, from) : undefined,
        to ? lt(auditEvent.time, to) : undefined,
      ),
    )
    .orderBy(desc(auditEvent.sequence))
    .limit(limit);
}
