import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import type { Database } from '@chorus/db/database.ts';
import { listAddOns } from '../add-ons/add-ons.queries.ts';
import { plansOnOffer } from '../plans/plans.queries.ts';
import { contractMoments } from '../prices/price-book.queries.ts';
import { subscribedPlan } from './subscriptions.queries.ts';

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
  const upgrades = upgradesFrom(entitlements, await plansOnOffer(scope));
  const contract = await contractMoments(scope);
  const body: BillingRecord = {
    plan: planKey,
    seats,
    entitlements,
    upgrades,
    planVersion,
    currency,
    ...(contract === undefined ? {} : { contract }),
  };
  await bus.putRecord({ kind: 'billing', tenantId, version: found.version, body });
}

/** The smallest plan for each feature that is lacking; `plans` come smallest first. */
function upgradesFrom(
  held: readonly string[],
  plans: readonly { key: string; features: readonly string[] }[],
): Record<string, string> {
  const offers = plans.flatMap(({ key, features }) => features.map((feature) => [feature, key] as const));
  return Object.fromEntries(offers.toReversed().filter(([feature]) => !held.includes(feature)));
}
