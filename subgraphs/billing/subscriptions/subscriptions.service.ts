import { newId } from '@chorus/shared/id.ts';
import type { Transaction } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { WITH_SUBSCRIPTION } from '../outdated.ts';
import { planById, planByKey } from '../plans/plans.service.ts';
import type { PlanKey, PlanRow } from '../plans/plans.table.ts';
import { monthAfter } from './billing-period.ts';
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
  const period = { periodStart: start, periodEnd: monthAfter(start) };
  const inserted = await insertSubscription(transaction, { id, planId, seats, status: 'ACTIVE', ...period });
  if (inserted === undefined) return;
  await transaction.emit('tenant.changed', { plan });
  await transaction.outdate(WITH_SUBSCRIPTION);
}
