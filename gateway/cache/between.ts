import type { Logger } from '@chorus/shared/log.ts';
import type { FieldStore } from './field-store.ts';
import type { Forgetting } from './forget.ts';
import type { SharedValues } from './shared-values.ts';

/** What gateways of one graph have between them. */
export interface Between {
  /** Tells all of them what is not true any more, and of whether they will know within a second. */
  tell: (forgetting: Forgetting) => Promise<boolean>;
  /** Whether everything they told up to a second ago has arrived. */
  isHeard: () => boolean;
  values: SharedValues;
  /** From now on `heard` is told what others have forgotten. */
  listen: (heard: (forgettings: readonly Forgetting[]) => void, log: Logger) => void;
  stop: () => Promise<void>;
}

/** The same store, in which nothing is found while it may lack what another gateway told. */
export const heardStore = (store: FieldStore, { isHeard }: Pick<Between, 'isHeard'>): FieldStore => ({
  get bytes() {
    return store.bytes;
  },
  get invalidations() {
    return store.invalidations;
  },
  lastInvalidation: (owner) => store.lastInvalidation(owner),
  find: (owner, record) => (isHeard() ? store.find(owner, record) : undefined),
  add: (owner, added) => store.add(owner, added),
  invalidate: (matches, owner, areOld) => store.invalidate(matches, owner, areOld),
});
