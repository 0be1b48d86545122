import { LRUCache } from 'lru-cache';

/** Counts one request; answers how many milliseconds too early it comes, 0 for one that may pass. */
export type Spend = (key: string, perSecond: number) => number;

/**
 * As many requests a second as each key may make, and after a pause as many at once. One number per key: the moment
 * until which its requests, evenly spaced, have spent its time (the generic cell rate algorithm). A refused request
 * spends nothing. Of more than `most` keys the longest unused starts anew.
 */
export function spacing(most: number, now: () => number): Spend {
  const spentUntil = new LRUCache<string, number>({ max: most });
  return (key, perSecond) => {
    const at = now();
    const [gapMs, burstMs] = [1000 / perSecond, 1000];
    const next = Math.max(spentUntil.get(key) ?? at, at) + gapMs;
    const earlyMs = next - at - burstMs;
    if (earlyMs > ROUNDING_MS) return earlyMs;
    spentUntil.set(key, next);
    return 0;
  };
}

/** Sixty gaps of a sixtieth of a second add up to a little more than a second. */
const ROUNDING_MS = 1e-3;
