import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

/** Somebody or something an event is about. */
export interface AuditParty {
  kind:
    | 'flag'
    | 'group'
    | 'invitation'
    | 'key'
    | 'member'
    | 'operator'
    | 'role'
    | 'session'
    | 'staff'
    | 'tenant'
    | 'unknown';
  id?: string;
}

export interface AuditContext {
  requestId: string;
  clientAddress?: string;
  userAgent?: string;
  factor?: string;
  /** What was denied, and why. */
  permission?: string;
  reason?: string;
  /** Where the gateway denied it, such as `Mutation.createRole`. */
  field?: string;
  /** How many more there were within a second that are not told one by one. */
  more?: number;
}

/** What happened in a tenant, each row bound to the one before; written by a function of `db/accounts/grants` only, and never changed. */
export const auditEvent = pgTable(
  'audit_event',
  {
    tenantId: uuid('tenant_id').notNull(),
    sequence: bigint({ mode: 'number' }).notNull(),
    id: uuid().notNull(),
    time: timestamp({ withTimezone: true }).notNull(),
    action: text().notNull(),
    actor: jsonb().$type<AuditParty>().notNull(),
    targets: jsonb().$type<AuditParty[]>().notNull(),
    context: jsonb().$type<AuditContext>().notNull(),
    before: jsonb(),
    after: jsonb(),
    previousHash: text('previous_hash').notNull(),
    hash: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.sequence] }),
    unique('audit_event_id').on(t.tenantId, t.id),
    index('audit_event_by_action').on(t.tenantId, t.action, t.sequence),
    index('audit_event_by_actor').on(t.tenantId, sql`(actor ->> 'id')`, t.sequence),
    index('audit_event_by_target').using('gin', t.targets),
    index('audit_event_by_time').on(t.tenantId, t.time),
  ],
);

export type AuditEventRow = typeof auditEvent.$inferSelect;

/** The end of each tenant's chain; its row lock puts the events of a tenant in order. */
export const auditHead = pgTable('audit_head', {
  tenantId: uuid('tenant_id').primaryKey(),
  sequence: bigint({ mode: 'number' }).notNull(),
  hash: text().notNull(),
});
