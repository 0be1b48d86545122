import { bigint, pgTable, text } from 'drizzle-orm/pg-core';

/** How far this database has applied each source's events; moved in the transaction that applies them. */
export const inboxCursor = pgTable('inbox_cursor', {
  source: text().primaryKey(),
  sequence: bigint({ mode: 'number' }).notNull(),
});
