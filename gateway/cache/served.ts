import { isStale, MISSING } from './look-up.ts';
import type { Partly } from './partly.ts';

/** Counts a fetch, object by object. */
export function countServed({ looked, found, now }: Partly): void {
  for (const { fields, kept, values } of looked)
    fields.forEach(({ served, scopes }, at) => {
      const one = kept[at];
      if (scopes.every((scope) => found.shelfOf(scope) === undefined)) served.bypass += 1;
      else if (one === undefined || values[at] === MISSING) served.miss += 1;
      else if (isStale(one, now)) served.stale += 1;
      else served.hit += 1;
    });
}
