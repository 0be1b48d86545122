import type { ResolutionReason } from '@openfeature/core';
import type { FlagValue } from './definition.ts';

/** What can decide about a flag, the strongest first. */
export type FlagLayer =
  | 'global-kill'
  | 'tenant-kill'
  | 'override'
  | 'plan'
  | 'rule'
  | 'rollout'
  | 'default'
  /** There is no such flag, or it cannot be read: it is off. */
  | 'none';

/** What a flag is for one caller, and why. */
export interface FlagDecision {
  key: string;
  /** Whether it is any other variant than the one for those who do not have it. */
  on: boolean;
  value: FlagValue;
  variant: string;
  layer: FlagLayer;
  /** The rule that fitted. */
  rule?: string;
  /** In the words of OpenFeature. */
  reason: ResolutionReason;
  /** Of the definition. */
  version: number;
  /** Seconds since 1970 when the override that decided ends. */
  until?: number;
  /** Whether subgraphs are told of it. */
  told: boolean;
}
