import { GLOBAL, type BusRecord } from '@chorus/shared/event-bus.ts';
import { flagLoader, type LoadedFlags } from '@chorus/shared/flags/evaluate.ts';
import {
  FLAG_OVERRIDES_RECORD,
  FLAGS_RECORD,
  type FlagOverridesRecord,
  type FlagsRecord,
} from '@chorus/shared/flags/records.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import type { FlagDecisions } from '../caller.ts';
import type { Records } from './records.ts';

/** What the records say about flags in one tenant. */
export interface TenantFlags {
  flags: LoadedFlags;
  overrides: FlagOverridesRecord | undefined;
  /** As they were read, for their versions. */
  records: readonly (BusRecord | undefined)[];
}

/** Reads flags from the records; a new version is compiled once, and of it only what changed. */
export function flagReader(records: Pick<Records, 'get'>): (tenantId: string) => Promise<TenantFlags> {
  const load = flagLoader();
  let loaded = { of: undefined as BusRecord | undefined, flags: load(undefined) };
  return async (tenantId) => {
    const [all, own] = await Promise.all([
      records.get(FLAGS_RECORD, GLOBAL),
      records.get(FLAG_OVERRIDES_RECORD, tenantId),
    ]);
    if (all !== loaded.of) loaded = { of: all, flags: load(all?.body as FlagsRecord | undefined) };
    const overrides = own?.body as FlagOverridesRecord | undefined;
    return { flags: loaded.flags, overrides, records: [all, own] };
  };
}

/** What subgraphs are told: those that are on, and the variants of those that can be on in several ways. */
export function flagsTold(decisions: FlagDecisions): Pick<Identity, 'flags' | 'variants'> {
  const told = [...decisions.values()].filter((decision) => decision.told && decision.on);
  const several = told.filter(({ value }) => typeof value !== 'boolean');
  const variants = Object.fromEntries(several.map(({ key, variant }) => [key, variant]));
  return { flags: told.map(({ key }) => key), ...(several.length > 0 && { variants }) };
}
