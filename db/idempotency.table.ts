import { jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The first answer to each key of a tenant, kept for a day. */
export const idempotentAnswer = pgTable(
  'idempotent_answer',
  {
    tenantId: uuid('tenant_id').notNull(),
    key: text().notNull(),
    /** Hash of the operation and its input. */
    request: text().notNull(),
    answer: jsonb().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.key] })],
);
