/** What a flag can be worth. */
export type FlagValue = boolean | string | number | JsonObject;
export type FlagKind = 'boolean' | 'string' | 'number' | 'json';

type Json = null | boolean | string | number | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** What a rule can ask about a caller. */
export const ATTRIBUTES = ['role', 'group', 'user', 'customerGroup', 'plan'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Whom a rule is for: one of the listed values, or a combination. */
export type Targeting =
  | { [A in Attribute]: Readonly<Record<A, readonly string[]>> }[Attribute]
  | { all: readonly Targeting[] }
  | { any: readonly Targeting[] }
  | { not: Targeting };

/** The first rule that fits decides. */
export interface FlagRule {
  id: string;
  when: Targeting;
  /** The variant it serves. */
  serve: string;
}

/** Everything a flag may say; `problemIn` tells what else it must keep to. */
export interface FlagDefinition {
  /** What schemas, plans and frontends call it. */
  key: string;
  description: string;
  kind: FlagKind;
  /** Values by name. */
  variants: Readonly<Record<string, FlagValue>>;
  /** The variant of those who do not have the feature. */
  off: string;
  /** The variant of whom no rule and no rollout speaks. */
  default: string;
  /** Whether only tenants have it whose plan does. */
  entitled: boolean;
  /** Whether the signed identity tells subgraphs of it, which has room for few. */
  told: boolean;
  rules: readonly FlagRule[];
  /** A share of all tenants, from 0 to 100; a tenant that is in stays in while it grows. */
  rollout?: { variant: string; percent: number };
  tags: readonly string[];
}
