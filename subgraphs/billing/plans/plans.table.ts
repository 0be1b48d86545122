import { bigint, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

export type PlanKey = 'free' | 'starter' | 'business';

/** The catalogue, the same for all tenants; `db/billing/grants.sql` fills it. */
export const plan = pgTable(
  'plan',
  {
    id: uuid().primaryKey(),
    key: text().$type<PlanKey>().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    monthlyPrice: bigint('monthly_price', { mode: 'bigint' }).notNull(),
    currency: text().notNull(),
    /** Flags of what the plan has beyond the smallest. */
    features: text().array().notNull().default([]),
    sort: integer().notNull(),
  },
  (t) => [unique('plan_key').on(t.key)],
);

export type PlanRow = typeof plan.$inferSelect;
