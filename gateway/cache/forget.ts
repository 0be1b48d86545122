import type { Invalidation } from '@chorus/shared/invalidation.ts';
import type { FieldStore } from './field-store.ts';
import { matchesOf } from './invalidation.ts';
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

/** Makes a store forget; tells of how many records. */
export function forget(store: FieldStore, { owner, what, isOld }: Forgetting, tags: TagFormats): number {
  if (what === undefined) return store.invalidate(() => true, owner, isOld);
  return what.reduce((sum, one) => sum + store.invalidate(matchesOf(one, tags), owner, isOld), 0);
}
