import { haveInCommon, bytesOf } from '../common-data.ts';
import type { Fetched, ReadyAnswer } from '../fetched.ts';
import { Lifetime } from '../lifetime.ts';
import type { Execute } from '../request.ts';
import { isNarrower, type Scope } from '../scope.ts';
import type { FieldStore } from './field-store.ts';
import type { KeptValue } from './kept-value.ts';
import type { ServedCounts } from './served-counts.ts';

/** Where an answer is kept. */
export interface Place {
  owner: string;
  record: string;
  /** Whom it is for. */
  scope: Scope;
}

/** Whole answers, ready to be sent, as long as all the values they are made of are fresh and nothing of them was forgotten. */
export interface Answers {
  find: (places: readonly Place[]) => Fetched | undefined;
  /** The same execution, which keeps its answer when all of it may be kept, at the place for those it turns out to be for. */
  keeping: (places: readonly Place[], execute: Execute) => Execute;
}

/** A larger answer would drive out much that is used more. */
const MOST_BYTES = 1024 * 1024;
const ABOUT = { subgraph: '', type: '', name: '' };
const BYTES_A_NAME = 100;

export function answers(
  store: FieldStore,
  counts: ServedCounts['answers'],
  heardSince: () => number,
): Answers {
  const isGood = ({ askedAt, freshUntil }: KeptValue): boolean =>
    performance.now() < freshUntil && askedAt >= heardSince();
  return {
    find: (places) => {
      let newest: KeptValue | undefined;
      for (const { owner, record } of places) {
        const kept = store.find(owner, record)?.get('');
        if (kept !== undefined && isGood(kept) && (newest?.askedAt ?? -Infinity) <= kept.askedAt)
          newest = kept;
      }
      counts[newest === undefined ? 'miss' : 'hit'] += 1;
      return newest?.value as Fetched | undefined;
    },
    keeping: (places, execute) => async (signal) => {
      const since = store.invalidations;
      const lifetime = new Lifetime(places.at(-1)?.scope ?? 'PUBLIC');
      const fetched = await execute(signal, lifetime);
      // The first that is narrow enough: an answer without some of its objects can be for more people than the next one.
      const place = places.find(({ scope }) => !isNarrower(lifetime.scope, scope));
      const ready = place && readyOf(fetched, lifetime, place.scope);
      if (place === undefined || ready === undefined) return fetched;
      const { owner, record } = place;
      store.add(owner, { record, about: ABOUT, values: new Map([['', valueOf(ready)]]), since });
      return { ...fetched, ready };
    },
  };
}

function readyOf(fetched: Fetched, lifetime: Lifetime, scope: Scope): ReadyAnswer | undefined {
  const { data, errors, stale } = fetched;
  if (data === null || data === undefined || errors !== undefined || stale !== undefined) return undefined;
  if (!lifetime.lasts(performance.now())) return undefined;
  haveInCommon(fetched);
  const bytes = bytesOf({ data });
  return bytes.length > MOST_BYTES ? undefined : { bytes, lifetime, scope };
}

function valueOf(ready: ReadyAnswer): KeptValue {
  const { bytes, lifetime, scope } = ready;
  const { askedAt, freshUntil, parts } = lifetime;
  const names = parts.reduce((sum, part) => sum + part.names.length, 0);
  return {
    value: { ready } satisfies Fetched,
    scope,
    askedAt,
    freshUntil,
    staleUntil: freshUntil,
    errorUntil: freshUntil,
    refreshing: false,
    below: NONE,
    tags: [],
    parts,
    bytes: bytes.length + names * BYTES_A_NAME,
  };
}

const NONE: ReadonlySet<string> = new Set();
