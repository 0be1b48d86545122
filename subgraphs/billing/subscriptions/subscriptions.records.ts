import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import type { Database } from '@chorus/db/database.ts';
import { subscribedPlan } from './subscriptions.queries.ts';

/** Writes what the gateway may know of a tenant's billing, before the event that says it changed goes out. */
export async function writeBillingRecord(
  database: Database,
  bus: EventBus,
  { tenantId }: NewEvent,
): Promise<void> {
  const found = await subscribedPlan({ db: database.statements(tenantId), tenantId });
  if (found === undefined) return;
  const body: BillingRecord = { plan: found.planKey, seats: found.seats, entitlements: [] };
  await bus.putRecord({ kind: 'billing', tenantId, version: found.version, body });
}
