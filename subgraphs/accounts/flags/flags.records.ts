import type { EventBus } from '@chorus/shared/event-bus.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { FLAG_OVERRIDES_RECORD, FLAGS_RECORD, type FlagsRecord } from '@chorus/shared/flags/records.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import type { Scope } from '../context.ts';
import { storedFlags } from './flags.queries.ts';
import { overridesRecord } from './overrides.queries.ts';

/** Writes the flags of the installation, or what is different in a tenant; the version is that of the tenant they belong to. */
export async function writeFlagRecords(scope: Scope, bus: EventBus, version: number): Promise<void> {
  const { tenantId } = scope;
  if (tenantId === PLATFORM_TENANT) {
    const body: FlagsRecord = { flags: await storedFlags(scope) };
    return bus.putRecord({ kind: FLAGS_RECORD, tenantId: GLOBAL, version, body });
  }
  const body = await overridesRecord(scope);
  return bus.putRecord({ kind: FLAG_OVERRIDES_RECORD, tenantId, version, body });
}
