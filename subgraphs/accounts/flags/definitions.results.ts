import type { Defined, DefinitionRefusal } from './definitions.service.ts';
import type { KillInput, KillOutcome } from './kills.service.ts';
import { FLAG_UNKNOWN, TENANT_UNKNOWN } from './overrides.results.ts';

const PROBLEMS = { 'flag-unknown': FLAG_UNKNOWN } as const;

const invalid = (message: string) => ({ __typename: 'FlagInvalid', message }) as const;

/** What the outcome of a change looks like to a client. */
export function definedResult<Unknown extends 'flag-unknown'>(
  outcome: Defined | DefinitionRefusal | Unknown,
) {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return invalid(outcome.invalid);
  if ('conflict' in outcome) {
    const message = 'The flag was changed meanwhile.';
    return { __typename: 'FlagConflict', message, version: outcome.conflict } as const;
  }
  return { __typename: 'FlagDefined', ...outcome } as const;
}

export function switchedResult({ key, killed }: Pick<KillInput, 'key' | 'killed'>, outcome: KillOutcome) {
  if (outcome === 'done') return { __typename: 'FlagSwitched', key, killed } as const;
  if (outcome === 'flag-unknown') return FLAG_UNKNOWN;
  return outcome === 'tenant-unknown' ? TENANT_UNKNOWN : invalid(outcome.invalid);
}
