import type { Invalidation } from '@chorus/shared/invalidation.ts';
import { isData } from '../data.ts';
import type { FieldStore } from './field-store.ts';
import { isInvalidation, matchesOf } from './invalidation.ts';
import type { Matches } from './kept-value.ts';
import type { TagFormats } from './tags.ts';

/** What is not true any more, as one gateway can tell it to another: JSON. */
export interface Forgetting {
  /** Whose values; left out for all. */
  owner?: string;
  /** Left out for everything of theirs. */
  what?: readonly Invalidation[];
  /** Whether it is only old by now: what has `sie` may still be served while its subgraph cannot be reached. */
  isOld?: boolean;
}

/** Whose values those are that are kept for callers of a tenant; staff and visitors have none. */
export const ownerOf = (tenantId: string | null): string => `tenant ${String(tenantId)}`;

/** Makes a store forget, in one go for each owner; tells of how many records. */
export function forget(store: FieldStore, forgettings: readonly Forgetting[], tags: TagFormats): number {
  const groups = Map.groupBy(forgettings, ({ owner, isOld = false }) => JSON.stringify([owner, isOld]));
  let count = 0;
  for (const group of groups.values()) {
    const all = group.flatMap(({ what }) => what?.map((one) => matchesOf(one, tags)) ?? [() => true]);
    const matches: Matches = (about, value) => all.some((one) => one(about, value));
    if (all.length > 0) count += store.invalidate(matches, group[0]?.owner, group[0]?.isOld);
  }
  return count;
}

/** Reads what another gateway told; what cannot be understood forgets everything. */
export function readForgetting(text: string | undefined): Forgetting {
  try {
    return forgettingIn(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}

/** The same of what was read already. */
export function forgettingIn(told: unknown): Forgetting {
  if (!isData(told)) return {};
  const { owner, what, isOld } = told;
  if (owner !== undefined && typeof owner !== 'string') return {};
  if (what !== undefined && !(Array.isArray(what) && what.every(isInvalidation))) return {};
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(what === undefined ? {} : { what }),
    ...(isOld === true ? { isOld } : {}),
  };
}
