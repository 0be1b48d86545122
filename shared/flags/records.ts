import type { FlagDefinition } from './definition.ts';

/** All flags; record kind `flags` of the installation. */
export interface FlagsRecord {
  flags: Record<string, StoredFlag>;
}

export interface StoredFlag {
  version: number;
  definition: FlagDefinition;
  /** Switched off everywhere. */
  killed?: boolean;
}

/** What is different in one tenant; record kind `flag-overrides`, missing where nothing ever was. */
export interface FlagOverridesRecord {
  /** Flags switched off there by the platform. */
  kills: string[];
  overrides: Record<string, FlagOverride>;
}

export interface FlagOverride {
  variant: string;
  /** Set by the platform's staff, whose word is good without the plan. */
  forced: boolean;
  /** Seconds since 1970 when it ends; left out for good. */
  until?: number;
}

export const FLAGS_RECORD = 'flags';
export const FLAG_OVERRIDES_RECORD = 'flag-overrides';

/** The first moment after `nowS` at which an override ends; seconds since 1970, else Infinity. */
export const overridesChangeAt = (record: FlagOverridesRecord | undefined, nowS: number): number =>
  Math.min(
    Infinity,
    ...Object.values(record?.overrides ?? {}).flatMap(({ until }) =>
      until !== undefined && until > nowS ? until : [],
    ),
  );
