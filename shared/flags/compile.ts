import type { Attribute, FlagDefinition, Targeting } from './definition.ts';

/** What flagd's rules are asked about; lists are roles and groups. */
export type FlagFacts = {
  tenantId: string;
  role: string[];
  group: string[];
  user: string;
  customerGroup: string;
  plan: string;
};

/**
 * A flag as flagd has it. Its variants are where the decision came from (`rule:ID`, `rollout`, `default`) and their values the names
 * of ours, because flagd does not tell which rule fitted.
 */
export interface FlagdFlag {
  state: 'ENABLED';
  variants: Record<string, string>;
  defaultVariant: string;
  targeting: object;
}

export const RULE = 'rule:';
export const ROLLOUT = 'rollout';
export const DEFAULT = 'default';

/** The order of the rules is the order of the branches; the rollout comes when none fits. */
export function compileFlag({ key, rules, rollout, default: otherwise }: FlagDefinition): FlagdFlag {
  const variants: Record<string, string> = { [DEFAULT]: otherwise };
  const branches = rules.flatMap(({ id, when, serve }) => {
    variants[RULE + id] = serve;
    return [condition(when), RULE + id];
  });
  if (rollout !== undefined) variants[ROLLOUT] = rollout.variant;
  const rest = rollout === undefined ? DEFAULT : share(key, rollout.percent);
  return {
    state: 'ENABLED',
    variants,
    defaultVariant: DEFAULT,
    targeting: { if: branches.length === 0 ? [true, rest] : [...branches, rest] },
  };
}

/** By tenant, so that its people see the same; by flag, so that not always the same tenants are first. */
const share = (key: string, percent: number): object => ({
  fractional: [{ cat: [key, ' ', { var: 'tenantId' }] }, [ROLLOUT, percent], [DEFAULT, 100 - percent]],
});

function condition(when: Targeting): object {
  if ('all' in when) return { and: when.all.map(condition) };
  if ('any' in when) return { or: when.any.map(condition) };
  if ('not' in when) return { '!': [condition(when.not)] };
  const [[attribute, values]] = Object.entries(when) as [[Attribute, readonly string[]]];
  return attribute === 'role' || attribute === 'group'
    ? { some: [{ var: attribute }, { in: [{ var: '' }, values] }] }
    : { in: [{ var: attribute }, values] };
}
