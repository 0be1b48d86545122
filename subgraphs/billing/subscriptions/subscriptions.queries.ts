import { and, eq, lte, ne, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { planVersion } from '../plans/plan-versions.table.ts';
import { plan, type PlanKey } from '../plans/plans.table.ts';
import { subscription, type PlanSubscriptionRow } from './subscriptions.table.ts';

const current = (tenantId: string) =>
  and(eq(subscription.tenantId, tenantId), ne(subscription.status, 'CANCELLED'));

/** The caller's tenant is the only one there is to find, whatever is asked for. */
export async function currentSubscriptions({ db, tenantId }: Scope, _tenantIds: readonly string[]) {
  const rows = await db.select().from(subscription).where(current(tenantId));
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/** Begins every change of a subscription: they happen one after another. */
export async function lockSubscription({ db, tenantId }: Scope): Promise<PlanSubscriptionRow | undefined> {
  const [row] = await db.select().from(subscription).where(current(tenantId)).for('update');
  return row;
}

/** Undefined when the tenant has a subscription already, which then stays as it is. */
export async function insertSubscription(
  { db, tenantId }: Scope,
  values: Omit<typeof subscription.$inferInsert, 'tenantId' | 'version'>,
): Promise<PlanSubscriptionRow | undefined> {
  const version = sql`(select coalesce(max(version), 0) + 1 from ${subscription} where tenant_id = ${tenantId})`;
  const [row] = await db
    .insert(subscription)
    .values({ ...values, tenantId, version })
    .onConflictDoNothing()
    .returning();
  return row;
}

/** Changes the current subscription, and counts that; undefined when there is none. */
export async function updateSubscription(
  { db, tenantId }: Scope,
  values: Partial<Omit<PlanSubscriptionRow, 'tenantId' | 'id' | 'version'>>,
): Promise<PlanSubscriptionRow | undefined> {
  const [row] = await db
    .update(subscription)
    .set({ ...values, version: sql`${subscription.version} + 1` })
    .where(current(tenantId))
    .returning();
  return row;
}

const MOST_AT_ONCE = 100;

/** Tenants whose trial is over, whoever they are. */
export async function dueTrials(db: Scope['db'], now: Date): Promise<string[]> {
  const rows = await db
    .select({ tenantId: subscription.tenantId })
    .from(subscription)
    .where(and(ne(subscription.status, 'CANCELLED'), lte(subscription.trialEndsAt, now)))
    .limit(MOST_AT_ONCE);
  return rows.map(({ tenantId }) => tenantId);
}

/** What the billing record of a tenant is made of. */
export interface SubscribedPlan {
  planKey: PlanKey;
  planVersion: number;
  features: string[];
  operationLimit: number | null;
  operationLimitHard: boolean;
  addOns: string[];
  seats: number;
  currency: string;
  version: number;
}

/** Undefined while the tenant has no subscription. */
export async function subscribedPlan({ db, tenantId }: Scope): Promise<SubscribedPlan | undefined> {
  const [row] = await db
    .select({
      planKey: plan.key,
      planVersion: subscription.planVersion,
      features: planVersion.features,
      operationLimit: planVersion.operationLimit,
      operationLimitHard: planVersion.operationLimitHard,
      addOns: subscription.addOns,
      seats: subscription.seats,
      currency: subscription.currency,
      version: subscription.version,
    })
    .from(subscription)
    .innerJoin(plan, eq(plan.id, subscription.planId))
    .innerJoin(
      planVersion,
      and(eq(planVersion.planId, subscription.planId), eq(planVersion.version, subscription.planVersion)),
    )
    .where(current(tenantId));
  return row;
}
