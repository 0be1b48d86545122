import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/** What happened, as it was told: never changed, and each event of a source once. */
export const usageEvent = pgTable(
  'usage_event',
  {
    tenantId: uuid('tenant_id').notNull(),
    source: text().notNull(),
    id: text().notNull(),
    type: text().notNull(),
    subject: text(),
    time: timestamp({ withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
    /** The day in UTC on which it counts, which is never before the billing period in which it came. */
    bookedDay: date('booked_day', { mode: 'string' }).notNull(),
    /** Whether it came after the billing period in which it happened. */
    late: boolean().notNull(),
    data: jsonb(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.source, t.id] }),
    index('usage_event_of_day').on(t.tenantId, t.bookedDay),
  ],
);

/** What a meter says of a day; a rollup, so it can be rebuilt from the events. */
export const usageDay = pgTable(
  'usage_day',
  {
    tenantId: uuid('tenant_id').notNull(),
    meter: text().notNull(),
    day: date({ mode: 'string' }).notNull(),
    value: numeric().notNull(),
    /** How many events it was made of. */
    events: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.meter, t.day] })],
);

/** Who was counted on a day by a meter that counts each subject once. */
export const usageUnique = pgTable(
  'usage_unique',
  {
    tenantId: uuid('tenant_id').notNull(),
    meter: text().notNull(),
    day: date({ mode: 'string' }).notNull(),
    key: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.meter, t.day, t.key] })],
);
