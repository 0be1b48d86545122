import type { FieldStore } from './field-store.ts';
import { matchesOf, type Invalidation } from './invalidation.ts';
import type { TagFormats } from './tags.ts';

/** What is not true any more, as one gateway can tell it to another: JSON. */
export interface Forgetting {
  /** Whose values; left out for all. */
  owner?: string;
  /** Left out for everything of theirs. */
  what?: readonly Invalidation[];
}

/** Makes a store forget; tells of how many records. */
export function forget(store: FieldStore, { owner, what }: Forgetting, tags: TagFormats): number {
  if (what === undefined) return store.invalidate(() => true, owner);
  return what.reduce((sum, one) => sum + store.invalidate(matchesOf(one, tags), owner), 0);
}
