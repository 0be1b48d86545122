import { sql } from 'drizzle-orm';
import {
  bigint,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
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
    status: text().$type<PlanSubscriptionStatus>().notNull(),
    seats: integer().notNull(),
    periodStart: timestamp('period_start', { withTimezone: true }).notNull(),
    periodEnd: timestamp('period_end', { withTimezone: true }).notNull(),
    /** Counts the tenant's changes, over all its subscriptions, so that an older record never replaces a newer one. */
    version: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('subscription_current')
      .on(t.tenantId)
      .where(sql`status <> 'CANCELLED'`),
  ],
);

export type PlanSubscriptionRow = typeof subscription.$inferSelect;
