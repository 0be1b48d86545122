import { integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

export type PlanKey = 'free' | 'starter' | 'business';

/** The catalogue, the same for all tenants; `db/billing/grants.sql` fills it. What a plan has stands in its versions. */
export const plan = pgTable(
  'plan',
  {
    id: uuid().primaryKey(),
    key: text().$type<PlanKey>().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    sort: integer().notNull(),
  },
  (t) => [unique('plan_key').on(t.key)],
);

export type PlanRow = typeof plan.$inferSelect;
