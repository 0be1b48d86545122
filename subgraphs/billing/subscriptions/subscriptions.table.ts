import { sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { planVersion } from '../plans/plan-versions.table.ts';
import { plan } from '../plans/plans.table.ts';

export type PlanSubscriptionStatus = 'ACTIVE' | 'PAST_DUE' | 'SUSPENDED' | 'CANCELLED';

/** A tenant has one subscription that is not cancelled; the others are its history. */
export const subscription = pgTable(
  'subscription',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    planId: uuid('plan_id')
      .notNull()
      .references(() => plan.id),
    planVersion: integer('plan_version').notNull().default(1),
    status: text().$type<PlanSubscriptionStatus>().notNull(),
    seats: integer().notNull(),
    /** Keys of add-ons. */
    addOns: text('add_ons').array().notNull().default([]),
    /** What everything is paid in, from beginning to end. */
    currency: text().notNull().default('EUR'),
    /** The role and seat type on whose prices it was changed last, as subjects of prices; none for the tenant's own prices only. */
    terms: text().array().notNull().default([]),
    /** Null when no trial is running. */
    trialEndsAt: timestamp('trial_ends_at', { withTimezone: true }),
    /** Keys of plans that were tried already. */
    tried: text().array().notNull().default([]),
    periodStart: timestamp('period_start', { withTimezone: true }).notNull(),
    periodEnd: timestamp('period_end', { withTimezone: true }).notNull(),
    /** Up to when changes are settled: no change is reckoned from an earlier moment. */
    changedAt: timestamp('changed_at', { withTimezone: true }).notNull().defaultNow(),
    /** Counts the tenant's changes, over all its subscriptions, so that an older record never replaces a newer one. */
    version: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('subscription_current')
      .on(t.tenantId)
      .where(sql`status <> 'CANCELLED'`),
    index('subscription_trial')
      .on(t.trialEndsAt)
      .where(sql`trial_ends_at is not null`),
    foreignKey({
      name: 'subscription_plan_version',
      columns: [t.planId, t.planVersion],
      foreignColumns: [planVersion.planId, planVersion.version],
    }),
  ],
);

export type PlanSubscriptionRow = typeof subscription.$inferSelect;
