import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import type { Database } from '@chorus/db/database.ts';
import { listPlans } from '../plans/plans.queries.ts';
import type { PlanRow } from '../plans/plans.table.ts';
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
  const { planKey, seats, features } = found;
  const upgrades = upgradesFrom(features, await listPlans(scope));
  const body: BillingRecord = { plan: planKey, seats, entitlements: features, upgrades };
  await bus.putRecord({ kind: 'billing', tenantId, version: found.version, body });
}

/** The smallest plan for each feature that is lacking; `plans` come smallest first. */
function upgradesFrom(held: readonly string[], plans: readonly PlanRow[]): Record<string, string> {
  const offers = plans.flatMap(({ key, features }) => features.map((feature) => [feature, key] as const));
  return Object.fromEntries(offers.toReversed().filter(([feature]) => !held.includes(feature)));
}
