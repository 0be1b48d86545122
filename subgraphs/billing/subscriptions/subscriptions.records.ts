import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { BillingRecord, Quota } from '@chorus/shared/records.ts';
import type { Database } from '@chorus/db/database.ts';
import { listAddOns } from '../add-ons/add-ons.queries.ts';
import { plansOnOffer, type PlanOnOffer } from '../plans/plans.queries.ts';
import { contractMoments } from '../prices/price-book.queries.ts';
import { subscribedPlan, type SubscribedPlan } from './subscriptions.queries.ts';

/** Writes what the gateway may know of a tenant's billing, before the event that says it changed goes out. */
export async function writeBillingRecord(
  database: Database,
  bus: EventBus,
  { type, tenantId }: NewEvent,
): Promise<void> {
  if (type !== 'tenant.changed') return;
  const scope = { db: database.statements(tenantId), tenantId };
  const found = await subscribedPlan(scope);
  if (found === undefined) return;
  const { planKey, planVersion, seats, currency } = found;
  const brought = (await listAddOns(scope)).filter(({ key }) => found.addOns.includes(key));
  const entitlements = [...new Set([...found.features, ...brought.flatMap(({ features }) => features)])];
  const plans = await plansOnOffer(scope);
  const quota = quotaOf(found, plans);
  const contract = await contractMoments(scope);
  const body: BillingRecord = {
    plan: planKey,
    seats,
    entitlements,
    upgrades: upgradesFrom(entitlements, plans),
    planVersion,
    currency,
    ...(contract === undefined ? {} : { contract }),
    ...(quota === undefined ? {} : { quota }),
  };
  await bus.putRecord({ kind: 'billing', tenantId, version: found.version, body });
}

/** Whoever has used up what there is can still look at it, and at who they are, and change the plan. */
const SPARES = ['accounts', 'billing'];

/** What operations may cost, with the smallest plan that has more. */
function quotaOf(
  { operationLimit: limit, operationLimitHard: hard }: SubscribedPlan,
  plans: readonly PlanOnOffer[],
): Quota | undefined {
  if (limit === null) return undefined;
  const larger = plans.find(({ operationLimit }) => operationLimit === null || operationLimit > limit);
  return { limit, hard, spares: SPARES, ...(larger === undefined ? {} : { upgrade: larger.key }) };
}

/** The smallest plan for each feature that is lacking; `plans` come smallest first. */
function upgradesFrom(
  held: readonly string[],
  plans: readonly { key: string; features: readonly string[] }[],
): Record<string, string> {
  const offers = plans.flatMap(({ key, features }) => features.map((feature) => [feature, key] as const));
  return Object.fromEntries(offers.toReversed().filter(([feature]) => !held.includes(feature)));
}
