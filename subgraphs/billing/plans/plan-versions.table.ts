import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { plan } from './plans.table.ts';

/**
 * What a plan has, from a moment on, for whoever subscribes; who has subscribed keeps the version they took. Versions are added and never
 * changed, but for those that come with a release, which `db/billing/grants.sql` writes.
 */
export const planVersion = pgTable(
  'plan_version',
  {
    planId: uuid('plan_id')
      .notNull()
      .references(() => plan.id),
    version: integer().notNull(),
    validFrom: timestamp('valid_from', { withTimezone: true }).notNull(),
    /** Flags of what the plan has beyond the smallest. */
    features: text().array().notNull().default([]),
    /** Members that the plan's own price is for. */
    includedSeats: integer('included_seats').notNull(),
    /** Days for which it can be tried at no charge; 0 for none. */
    trialDays: integer('trial_days').notNull().default(0),
    /** What operations may cost in a month, as the gateway counts; null for anything. */
    operationLimit: bigint('operation_limit', { mode: 'number' }),
    /** Whether more is refused, and not only counted. */
    operationLimitHard: boolean('operation_limit_hard').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.planId, t.version] }),
    index('plan_version_from').on(t.planId, t.validFrom),
  ],
);

export type PlanVersionRow = typeof planVersion.$inferSelect;
