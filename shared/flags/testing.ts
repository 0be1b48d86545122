import fc from 'fast-check';
import type { FlagDefinition, Targeting } from './definition.ts';
import { flagLoader, type FlagCaller } from './evaluate.ts';
import type { FlagOverride, FlagsRecord } from './records.ts';

/** A flag that is off for everybody, but for what is said. */
export const flagWith = (change: Partial<FlagDefinition> = {}): FlagDefinition => ({
  key: 'a_flag',
  description: 'A flag of a test.',
  kind: 'boolean',
  variants: { off: false, on: true },
  off: 'off',
  default: 'off',
  entitled: false,
  told: false,
  rules: [],
  tags: [],
  ...change,
});

export interface CallerChange extends Partial<FlagCaller['facts']> {
  entitlements?: readonly string[];
  kills?: string[];
  overrides?: Record<string, FlagOverride>;
  nowS?: number;
}

/** A viewer on the free plan, but for what is said. */
export const callerWith = ({
  entitlements,
  kills,
  overrides,
  nowS = 1_000,
  ...facts
}: CallerChange = {}): FlagCaller => ({
  facts: {
    tenantId: 'acme',
    role: ['viewer'],
    group: [],
    user: 'ann',
    customerGroup: 'standard',
    plan: 'free',
    ...facts,
  },
  entitlements: new Set(entitlements),
  overrides: kills || overrides ? { kills: kills ?? [], overrides: overrides ?? {} } : undefined,
  nowS,
});

/** What the record of an installation says whose plans have these flags, and subgraphs are told of them. */
export const flagsOfPlans = (keys: readonly string[]): FlagsRecord => ({
  flags: Object.fromEntries(
    keys.map((key) => [
      key,
      { version: 1, definition: flagWith({ key, entitled: true, told: true, default: 'on' }) },
    ]),
  ),
});

/** What one flag is for a caller. */
export const decideOnce = (definition: FlagDefinition, caller: FlagCaller, killed = false) =>
  flagLoader()({ flags: { [definition.key]: { version: 1, definition, killed } } }).decide(
    definition.key,
    caller,
  );

const NAMES = ['a', 'b', 'c'];
const someOf = fc.subarray(NAMES, { minLength: 1 });
const leaf = fc
  .tuple(fc.constantFrom('role', 'group', 'user', 'customerGroup', 'plan'), someOf)
  .map(([attribute, values]) => ({ [attribute]: values }) as unknown as Targeting);

/** Conditions of all kinds, at most as deep as a definition may have them. */
export const targetings = fc.letrec<{ any: Targeting }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('any').map((not) => ({ not })),
  ),
})).any;

export const callers = fc
  .record({
    tenantId: fc.uuid(),
    role: fc.subarray(NAMES),
    group: fc.subarray(NAMES),
    user: fc.constantFrom(...NAMES),
    customerGroup: fc.constantFrom(...NAMES),
    plan: fc.constantFrom(...NAMES),
  })
  .map((facts) => callerWith(facts));
