import { integer, pgTable, text } from 'drizzle-orm/pg-core';

/** What can be had beside a plan, the same for all tenants; `db/billing/grants.sql` fills it. */
export const addOn = pgTable('add_on', {
  key: text().primaryKey(),
  name: text().notNull(),
  description: text().notNull(),
  /** Flags of what it brings. */
  features: text().array().notNull(),
  sort: integer().notNull(),
});

export type AddOnRow = typeof addOn.$inferSelect;
