import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What another service needs to know, written in the transaction that made it true; the relay empties it. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid().primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    type: text().notNull(),
    data: jsonb().notNull(),
    time: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** The order of insertion, which keeps what depends on another's commit behind it. */
    sequence: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
  },
  (t) => [index('outbox_order').on(t.sequence)],
);
