import type { Part } from '../lifetime.ts';
import type { Scope } from '../scope.ts';

/** What a record is about. */
export interface About {
  subgraph: string;
  /** Of the representation; empty for the root. */
  type: string;
  /** The representation as JSON; empty for the root. */
  name: string;
}

/** A value and for how long; moments of `now()` in milliseconds. */
export interface KeptValue {
  value: unknown;
  /** Whom it is kept for. */
  scope: Scope;
  /** When it was asked for. */
  askedAt: number;
  freshUntil: number;
  /** Until when it may be served while a newer one is fetched. */
  staleUntil: number;
  /** Until when it may be served while its subgraph cannot be reached. */
  errorUntil: number;
  /** Whether a newer one is being fetched. */
  refreshing: boolean;
  /** Types of the objects within it. */
  below: ReadonlySet<string>;
  tags: readonly string[];
  /** What a whole answer is made of, which its own name does not tell. */
  parts?: readonly Part[];
  /** What it takes up in memory, roughly. */
  bytes: number;
}

/** What is kept of one object for those who may have it in common: values by field. */
export type KeptRecord = ReadonlyMap<string, KeptValue>;

/** What an invalidation is about. */
export type Matches = (about: About, value: Pick<KeptValue, 'below' | 'tags'>) => boolean;

/** Whether an invalidation is about a value. */
export function isConcerned(matches: Matches, about: About, value: KeptValue): boolean {
  const { parts } = value;
  if (parts === undefined) return matches(about, value);
  return parts.some((part) =>
    part.names.some((name, at) =>
      matches({ subgraph: part.subgraph, type: part.types[at] ?? '', name }, part),
    ),
  );
}

/** Whether a value is of use when it is old, for as long as its subgraph cannot be reached. */
export const outlives = ({ freshUntil, errorUntil }: KeptValue): boolean => errorUntil > freshUntil;

/** Makes a value old. */
export function age(value: KeptValue): void {
  value.freshUntil = value.staleUntil = -Infinity;
}
