import { StandardResolutionReasons as Reason } from '@openfeature/core';
import { FlagdCore, type FeatureFlag } from '@openfeature/flagd-core';
import { compileFlag, RULE, ROLLOUT, type FlagFacts } from './compile.ts';
import type { FlagDecision } from './decision.ts';
import type { FlagDefinition } from './definition.ts';
import { parseDefinition } from './definition-problem.ts';
import type { FlagOverride, FlagOverridesRecord, FlagsRecord, StoredFlag } from './records.ts';
import { flagStorage, NO_LOGGER, type FlagStorage } from './storage.ts';

/** Whom flags are decided for. */
export interface FlagCaller {
  facts: FlagFacts;
  /** Flags the tenant's plan has. */
  entitlements: ReadonlySet<string>;
  overrides: FlagOverridesRecord | undefined;
  /** Seconds since 1970. */
  nowS: number;
}

/** One version of all flags. */
export interface LoadedFlags {
  readonly keys: readonly string[];
  /** A flag that does not exist is off. */
  decide: (key: string, caller: FlagCaller) => FlagDecision;
  decideAll: (caller: FlagCaller) => ReadonlyMap<string, FlagDecision>;
}

/** Loads records one after another; a flag whose version is loaded already is not compiled again. */
export function flagLoader(): (record: FlagsRecord | undefined) => LoadedFlags {
  let before = new Map<string, Loaded>();
  return (record) => {
    const storage = flagStorage();
    const now = new Map<string, Loaded>();
    for (const [key, stored] of Object.entries(record?.flags ?? {})) {
      const loaded = loadFlag(storage, key, stored, before.get(key));
      if (loaded !== undefined) now.set(key, loaded);
    }
    before = now;
    return loadedFlags(now, new FlagdCore(storage, NO_LOGGER));
  };
}

interface Loaded extends StoredFlag {
  /** What it was made of. */
  text: string;
  compiled: FeatureFlag;
  /** What flagd's variants mean, each worked out once. */
  outcomes: ReadonlyMap<string, FlagDecision>;
}

/** Undefined for one that this version of Chorus cannot read, which is off then and takes no other with it. */
function loadFlag(
  storage: FlagStorage,
  key: string,
  stored: StoredFlag,
  known: Loaded | undefined,
): Loaded | undefined {
  const text = JSON.stringify(stored.definition);
  if (known?.version === stored.version && known.text === text) {
    storage.put(key, known.compiled);
    return { ...stored, text, compiled: known.compiled, outcomes: known.outcomes };
  }
  const definition = parseDefinition(stored.definition);
  if ('refused' in definition || definition.key !== key) return undefined;
  const flag = compileFlag(definition);
  const from = Object.entries(flag.variants);
  const outcomes = from.map(
    ([name, variant]) => [name, decisionOf(stored, meaningOf(name, variant, definition))] as const,
  );
  try {
    return { ...stored, text, compiled: storage.load(key, flag), outcomes: new Map(outcomes) };
  } catch {
    return undefined;
  }
}

function loadedFlags(flags: ReadonlyMap<string, Loaded>, core: FlagdCore): LoadedFlags {
  const decide = (key: string, caller: FlagCaller): FlagDecision => {
    const flag = flags.get(key);
    if (flag === undefined) return unknownFlag(key);
    const found = beforeRules(flag, caller);
    return found === undefined ? byRules(flag, core, caller.facts) : decisionOf(flag, found);
  };
  const keys = [...flags.keys()];
  return { keys, decide, decideAll: (caller) => new Map(keys.map((key) => [key, decide(key, caller)])) };
}

type Found = Pick<FlagDecision, 'variant' | 'layer' | 'reason' | 'rule' | 'until'>;

/** The layers that no rule of the flag can go round. */
function beforeRules({ definition, killed }: StoredFlag, caller: FlagCaller): Found | undefined {
  const { key, off, entitled } = definition;
  const { entitlements, overrides } = caller;
  if (killed === true) return { variant: off, layer: 'global-kill', reason: Reason.DISABLED };
  if (overrides?.kills.includes(key) === true)
    return { variant: off, layer: 'tenant-kill', reason: Reason.DISABLED };
  const isInPlan = entitled && entitlements.has(key);
  const override = overrideOf(definition, caller);
  if (override !== undefined && (override.forced || override.variant === off || isInPlan)) {
    const { variant, until } = override;
    const ends = until === undefined ? {} : { until };
    return { variant, layer: 'override', reason: Reason.TARGETING_MATCH, ...ends };
  }
  return entitled && !isInPlan ? { variant: off, layer: 'plan', reason: Reason.DISABLED } : undefined;
}

/** The override that counts now, unless it names a variant that is gone. */
function overrideOf(
  { key, variants }: FlagDefinition,
  { overrides, nowS }: FlagCaller,
): FlagOverride | undefined {
  const all = overrides?.overrides ?? {};
  const override = Object.hasOwn(all, key) ? all[key] : undefined;
  if (override === undefined || (override.until ?? Infinity) <= nowS) return undefined;
  return Object.hasOwn(variants, override.variant) ? override : undefined;
}

/** What flagd says; whoever it cannot answer for does not have the feature. */
function byRules(flag: Loaded, core: FlagdCore, facts: FlagFacts): FlagDecision {
  const { key, off } = flag.definition;
  const { variant = '', reason } = core.resolveStringEvaluation(key, off, facts, NO_LOGGER);
  const outcome = reason === Reason.ERROR ? undefined : flag.outcomes.get(variant);
  return outcome ?? decisionOf(flag, { variant: off, layer: 'none', reason: Reason.ERROR });
}

function meaningOf(from: string, variant: string, { entitled }: FlagDefinition): Found {
  if (from.startsWith(RULE))
    return { variant, layer: 'rule', rule: from.slice(RULE.length), reason: Reason.TARGETING_MATCH };
  if (from === ROLLOUT) return { variant, layer: 'rollout', reason: Reason.SPLIT };
  // Of a feature that only some plans have it is the plan that decided.
  return { variant, layer: entitled ? 'plan' : 'default', reason: Reason.DEFAULT };
}

const decisionOf = (
  { definition: { key, variants, off, told }, version }: StoredFlag,
  found: Found,
): FlagDecision => ({
  key,
  on: found.variant !== off,
  value: variants[found.variant] ?? false,
  ...found,
  version,
  told,
});

const unknownFlag = (key: string): FlagDecision => ({
  key,
  on: false,
  value: false,
  variant: 'off',
  layer: 'none',
  reason: Reason.ERROR,
  version: 0,
  told: false,
});
