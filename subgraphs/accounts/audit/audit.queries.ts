import { and, desc, eq, sql } from 'drizzle-orm';
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

/** In the platform's own log, in a transaction of any tenant. */
export async function appendPlatformAuditEvent({ db }: Scope, event: NewAuditEvent): Promise<void> {
  await db.execute(sql`select append_platform_audit_event(${JSON.stringify(event)}::text::jsonb)`);
}

/** Conditions on the log; what is null or missing does not restrict it. */
export interface AuditFilter {
  action?: string | null;
  /** Any of these; one that ends in a dot stands for all that begin so. */
  actions?: readonly string[] | null;
  actor?: string | null;
  target?: string | null;
  from?: Date | null;
  to?: Date | null;
}

/** Newest first, behind the event with the sequence number `before`. */
export function listAuditEvents(
  { db, tenantId }: Scope,
  filter: AuditFilter,
  { limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before: number | undefined },
): Promise<AuditEventRow[]> {
  const conditions = JSON.stringify(
    Object.fromEntries(Object.entries(filter).filter(([, wanted]) => wanted)),
  );
  const found = sql`find_audit_events(
    ${tenantId}::uuid, ${conditions}::text::jsonb, ${before}::bigint, ${limit}::int)`;
  return db
    .select()
    .from(auditEvent)
    .where(and(eq(auditEvent.tenantId, tenantId), sql`${auditEvent.sequence} = any (array(select ${found}))`))
    .orderBy(desc(auditEvent.sequence));
}
