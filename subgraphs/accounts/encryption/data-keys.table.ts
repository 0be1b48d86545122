import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Keys that encrypt what the database keeps, each wrapped by the installation's key management. */
export const dataKey = pgTable('data_key', {
  id: text().primaryKey(),
  wrapped: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
