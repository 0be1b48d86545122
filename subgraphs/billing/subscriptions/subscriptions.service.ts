import { newId } from '@chorus/shared/id.ts';
import type { Transaction } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { allAddOns } from '../add-ons/add-ons.service.ts';
import type { AddOnRow } from '../add-ons/add-ons.table.ts';
import { WITH_SUBSCRIPTION } from '../outdated.ts';
import { versionAt } from '../plans/offers.service.ts';
import { versionsOfPlans } from '../plans/plan-versions.queries.ts';
import { catalogue, planById, planByKey } from '../plans/plans.service.ts';
import type { PlanKey, PlanRow } from '../plans/plans.table.ts';
import type { Period } from '../prices/proration.ts';
import { monthAfter, periodAt } from './billing-period.ts';
import { currentSubscriptions, insertSubscription } from './subscriptions.queries.ts';
import type { PlanSubscriptionRow } from './subscriptions.table.ts';

/** Undefined for any tenant but the caller's own, as for one that does not exist. */
export async function tenantSubscription(
  ctx: Context,
  tenantId: string,
): Promise<PlanSubscriptionRow | undefined> {
  ctx.require('billing.read');
  return tenantId === ctx.tenantId ? ctx.load(currentSubscriptions, tenantId) : undefined;
}

export const subscribedTo = (ctx: Context, { planId }: PlanSubscriptionRow): Promise<PlanRow | undefined> =>
  planById(ctx, planId);

/** Keys of add-ons as the catalogue has them. */
export const heldAddOns = async (ctx: Context, { addOns }: PlanSubscriptionRow): Promise<AddOnRow[]> =>
  (await allAddOns(ctx)).filter(({ key }) => addOns.includes(key));

/** The billing period that now is in. */
export const currentPeriod = ({ periodStart }: PlanSubscriptionRow): Period =>
  periodAt(periodStart, new Date());

/** What follows a trial that nobody keeps. */
export const AFTER_TRIAL: PlanKey = 'free';

/** Null when everything stays as it is. */
export const nextChange = ({ trialEndsAt }: PlanSubscriptionRow): { at: Date } | null =>
  trialEndsAt === null ? null : { at: trialEndsAt };

/** The plan that follows by itself. */
export const nextPlan = async (ctx: Context): Promise<PlanRow | undefined> =>
  (await catalogue(ctx)).find(({ key }) => key === AFTER_TRIAL);

export interface NewSubscription {
  plan: PlanKey;
  seats: number;
  start: Date;
  id?: string;
}

/** Subscribes a tenant that has no subscription, and tells the others; does nothing for one that has. */
export async function subscribeOnce(
  transaction: Transaction,
  { plan, seats, start, id = newId() }: NewSubscription,
): Promise<void> {
  const { id: planId } = await planByKey(transaction, plan);
  const versions = await versionsOfPlans(transaction, [planId]);
  const { version: planVersion } = versionAt(versions.get(planId) ?? [], start);
  const inserted = await insertSubscription(transaction, {
    id,
    planId,
    planVersion,
    seats,
    status: 'ACTIVE',
    periodStart: start,
    periodEnd: monthAfter(start),
    changedAt: start,
  });
  if (inserted === undefined) return;
  await transaction.emit('tenant.changed', { plan });
  await transaction.outdate(WITH_SUBSCRIPTION);
}
