import { sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

/** What a tenant listens for: posts that mention one of the handles or carry one of the hashtags. */
export const tracker = pgTable(
  'tracker',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    name: text().notNull(),
    /** Lower case, without @. */
    handles: text().array().notNull(),
    /** Lower case, without #. */
    hashtags: text().array().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('tracker_name_once').on(t.tenantId, sql`lower(${t.name})`),
  ],
);

export type TrackerRow = typeof tracker.$inferSelect;
