import { and, eq, ne, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { plan, type PlanKey } from '../plans/plans.table.ts';
import { subscription, type PlanSubscriptionRow } from './subscriptions.table.ts';

const current = (tenantId: string) =>
  and(eq(subscription.tenantId, tenantId), ne(subscription.status, 'CANCELLED'));

/** The caller's tenant is the only one there is to find, whatever is asked for. */
export async function currentSubscriptions({ db, tenantId }: Scope, _tenantIds: readonly string[]) {
  const rows = await db.select().from(subscription).where(current(tenantId));
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/** Undefined when the tenant has a subscription already, which then stays as it is. */
export async function insertSubscription(
  { db, tenantId }: Scope,
  values: Omit<PlanSubscriptionRow, 'tenantId' | 'version'>,
): Promise<PlanSubscriptionRow | undefined> {
  const version = sql`(select coalesce(max(version), 0) + 1 from ${subscription} where tenant_id = ${tenantId})`;
  const [row] = await db
    .insert(subscription)
    .values({ ...values, tenantId, version })
    .onConflictDoNothing()
    .returning();
  return row;
}

/** What the billing record of a tenant is made of; undefined while the tenant has no subscription. */
export async function subscribedPlan({
  db,
  tenantId,
}: Scope): Promise<{ planKey: PlanKey; features: string[]; seats: number; version: number } | undefined> {
  const [row] = await db
    .select({
      planKey: plan.key,
      features: plan.features,
      seats: subscription.seats,
      version: subscription.version,
    })
    .from(subscription)
    .innerJoin(plan, eq(plan.id, subscription.planId))
    .where(current(tenantId));
  return row;
}
