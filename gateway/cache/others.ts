import type { Forgetting } from './forget.ts';

/** A way to and from whoever changes what is kept here: other gateways, and services. */
export interface Others {
  /** Makes the other gateways forget the same, within a second; never waits and never fails. */
  tell: (forgetting: Forgetting) => void;
  /**
   * The moment of `performance.now()` since when every change is heard of within a second; what was kept before it may be wrong.
   * Infinity while nothing is heard.
   */
  heardSince: () => number;
  stop: () => Promise<void>;
}
