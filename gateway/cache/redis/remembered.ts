import type { Invalidation } from '@chorus/shared/invalidation.ts';
import { LRUCache } from 'lru-cache';
import type { Forgetting } from '../forget.ts';
import { matchesOf } from '../invalidation.ts';
import type { About, KeptValue, Matches } from '../kept-value.ts';
import type { TagFormats } from '../tags.ts';
import { BEGINNING, isAfter, type Place } from './place.ts';

/** A value that another gateway has kept, seen by a supergraph with these tags. */
export interface Foreign {
  owner: string;
  about: About;
  value: Pick<KeptValue, 'below' | 'tags'>;
  tags: TagFormats;
}

/** Whether what is forgotten takes a value with it. */
export const takesWith = ({ owner, what }: Forgetting, foreign: Foreign): boolean =>
  (owner === undefined || owner === foreign.owner) &&
  (what === undefined || what.some((one) => matchesOf(one, foreign.tags)(foreign.about, foreign.value)));

/** So many invalidations are remembered, */
const MOST = 10_000;
/** and a value is compared with so many of them; with more it would take longer than to ask for it. */
const MOST_COMPARED = 1_000;
/** Owners of whom everything was forgotten; the others count as if they were those whose turn is over. */
const MOST_OWNERS = 10_000;

interface Entry {
  place: Place;
  owner: string | undefined;
  one: Invalidation;
  /** For the supergraph it was compared with last. */
  compiled?: { tags: TagFormats; matches: Matches };
}

/** The invalidations of a log, for values that were asked for before some of them. */
export class Remembered {
  /** All that came after this is remembered. */
  #from = BEGINNING;
  /** The last time that everything of all was forgotten. */
  #all = BEGINNING;
  readonly #owners = new LRUCache<string, Place>({
    max: MOST_OWNERS,
    dispose: (place, _owner, reason) => {
      if (reason === 'evict' && isAfter(place, this.#otherOwners)) this.#otherOwners = place;
    },
  });
  #otherOwners = BEGINNING;
  /** Each in the order of the log. */
  readonly #byTag: Entry[] = [];
  readonly #byName: Entry[] = [];
  /** The last time for each tag. */
  readonly #tags = new Map<string, Place>();

  add(place: Place, { owner, what }: Forgetting): void {
    if (what === undefined) {
      if (owner === undefined) this.#all = place;
      else this.#owners.set(owner, place);
      return;
    }
    for (const one of what) {
      const isTag = one.kind === 'cache_tag';
      if (isTag) this.#tags.set(one.cache_tag, place);
      this.#push(isTag ? this.#byTag : this.#byName, { place, owner, one });
    }
  }

  /** Says that invalidations up to there, or some of them, are not known. */
  startFrom(place: Place): void {
    if (isAfter(place, this.#from)) this.#from = place;
  }

  /** Whether one after `since` may have taken a value with it. */
  mayTake(since: Place, foreign: Foreign): boolean {
    const { owner, value } = foreign;
    const last = [this.#from, this.#all, this.#owners.get(owner) ?? this.#otherOwners];
    for (const tag of value.tags) last.push(this.#tags.get(tag) ?? BEGINNING);
    if (last.some((place) => isAfter(place, since))) return true;
    if (isTakenBy(this.#byName, since, foreign)) return true;
    // Tags that are not its own can only be those of objects within it.
    return value.below.size > 0 && isTakenBy(this.#byTag, since, foreign);
  }

  #push(entries: Entry[], entry: Entry): void {
    entries.push(entry);
    const gone = entries.length > MOST ? entries.shift() : undefined;
    if (gone === undefined) return;
    this.startFrom(gone.place);
    const { one, place } = gone;
    if (one.kind === 'cache_tag' && this.#tags.get(one.cache_tag) === place) this.#tags.delete(one.cache_tag);
  }
}

function isTakenBy(entries: readonly Entry[], since: Place, { owner, about, value, tags }: Foreign): boolean {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry === undefined || !isAfter(entry.place, since)) return false;
    if (entries.length - index > MOST_COMPARED) return true;
    const isOfOwner = entry.owner === undefined || entry.owner === owner;
    if (isOfOwner && matchesUnder(entry, tags)(about, value)) return true;
  }
  return false;
}

function matchesUnder(entry: Entry, tags: TagFormats): Matches {
  if (entry.compiled?.tags !== tags) entry.compiled = { tags, matches: matchesOf(entry.one, tags) };
  return entry.compiled.matches;
}
