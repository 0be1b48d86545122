import type { FeatureOverrideRow } from './flags.table.ts';

export const FLAG_UNKNOWN = { __typename: 'FlagUnknown', message: 'There is no such flag here.' } as const;
export const TENANT_UNKNOWN = { __typename: 'TenantUnknown', message: 'There is no such tenant.' } as const;

/** One sentence for each reason an override is not what somebody wanted. */
const PROBLEMS = {
  'flag-unknown': FLAG_UNKNOWN,
  'tenant-unknown': TENANT_UNKNOWN,
  held: {
    __typename: 'FeatureOverrideHeld',
    message: 'The platform set this, and only the platform changes it.',
  },
} as const;

/** What the outcome of a change looks like to a client. */
export function overrideResult<Refusal extends keyof typeof PROBLEMS>(
  outcome: FeatureOverrideRow | Refusal | { invalid: string },
) {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome)
    return { __typename: 'FeatureOverrideInvalid', message: outcome.invalid } as const;
  return Object.assign(outcome, { __typename: 'FeatureOverride' as const });
}

/** A tenant's own can lack the plan besides. */
export function ownOverrideResult<Refusal extends keyof typeof PROBLEMS>(
  outcome: FeatureOverrideRow | Refusal | { invalid: string } | { lackingPlan: string | null },
) {
  if (typeof outcome === 'string' || !('lackingPlan' in outcome)) return overrideResult(outcome);
  const message = 'The plan does not have this feature, so it can only be switched off.';
  return { __typename: 'FeatureNotInPlan', message, plan: outcome.lackingPlan } as const;
}

export const clearedResult = <Refusal extends keyof typeof PROBLEMS>(
  flag: string,
  outcome: 'done' | Refusal,
) => (outcome === 'done' ? ({ __typename: 'FeatureOverrideCleared', flag } as const) : PROBLEMS[outcome]);
