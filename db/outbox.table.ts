import { sql } from 'drizzle-orm';
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
    /** The writing transaction: rows are relayed in commit order only once no older one can still appear. */
    transaction: text()
      .notNull()
      .default(sql`pg_current_xact_id()::text`),
    sequence: bigint({ mode: 'number' }).generatedAlwaysAsIdentity(),
  },
  (t) => [index('outbox_order').on(t.sequence)],
);
