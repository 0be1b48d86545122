import { LRUCache } from 'lru-cache';
import { isConcerned, type About, type KeptValue, type Matches } from './kept-value.ts';

/** What was asked for before so many invalidations is not kept, whatever they were about. */
const REMEMBERED = 1_000;
/** Owners whose last invalidation is remembered; the others count as if they had the last one forgotten. */
const MOST_OWNERS = 10_000;

interface Invalidated {
  matches: Matches;
  /** Undefined for all. */
  owner: string | undefined;
}

/** A value of an owner that is on its way. */
interface Coming {
  owner: string;
  about: About;
  value: KeptValue;
}

/** The latest invalidations, numbered from 1, for what was asked for before and comes after them. */
export function recentInvalidations() {
  const latest: Invalidated[] = [];
  let [count, ofAll, forgotten] = [0, 0, 0];
  const ofOwner = new LRUCache<string, number>({
    max: MOST_OWNERS,
    dispose: (number, _owner, reason) => {
      if (reason === 'evict') forgotten = Math.max(forgotten, number);
    },
  });
  const isAbout = ({ matches, owner }: Invalidated, coming: Coming) =>
    (owner === undefined || owner === coming.owner) && isConcerned(matches, coming.about, coming.value);
  return {
    get count() {
      return count;
    },
    /** The number of the last one that was about this owner too. */
    last: (owner: string): number => Math.max(ofAll, ofOwner.get(owner) ?? forgotten),
    add: (invalidated: Invalidated) => {
      count += 1;
      if (invalidated.owner === undefined) ofAll = count;
      else ofOwner.set(invalidated.owner, count);
      latest.push(invalidated);
      if (latest.length > REMEMBERED) latest.shift();
    },
    /** Whether one after number `since` was about what comes now; one that is not remembered may have been. */
    hasMatched: (since: number, coming: Coming): boolean => {
      const missed = count - since;
      if (missed > latest.length) return true;
      return missed > 0 && latest.slice(-missed).some((one) => isAbout(one, coming));
    },
  };
}
