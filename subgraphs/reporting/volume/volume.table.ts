import { bigint, date, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';

/** Mentions per tracker and day, changed by events only; a rollup, so it can be rebuilt from them. */
export const mentionVolume = pgTable(
  'mention_volume',
  {
    tenantId: uuid('tenant_id').notNull(),
    trackerId: uuid('tracker_id').notNull(),
    day: date({ mode: 'string' }).notNull(),
    count: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.trackerId, t.day] })],
);
