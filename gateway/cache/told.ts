import type { CacheReason } from '../explanation.ts';
import { isStale, MISSING } from './look-up.ts';
import type { Partly } from './partly.ts';

const inSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/** How the cache served each field of a fetch, by response name; of many objects together. */
export function toldOf({ looked, found, now }: Partly): ReadonlyMap<string, CacheReason> {
  const told = new Map<string, CacheReason>();
  const counts = new Map<string, Record<'hit' | 'stale' | 'miss', number>>();
  for (const { fields, kept, values } of looked) {
    fields.forEach(({ response, policy }, at) => {
      if (policy === undefined || found.shelfOf(policy.scope) === undefined) {
        const reason = policy === undefined ? 'no policy' : 'nobody this value could be kept for';
        told.set(response, { state: 'bypass', reason });
        return;
      }
      const count = counts.get(response) ?? { hit: 0, stale: 0, miss: 0 };
      counts.set(response, count);
      const reason = told.get(response) ?? { state: 'hit', scope: policy.scope };
      told.set(response, reason);
      const one = kept[at];
      if (one === undefined || values[at] === MISSING) {
        count.miss += 1;
        reason.reason = one === undefined ? 'not kept yet, or not any more' : 'too old';
        return;
      }
      count[isStale(one, now) ? 'stale' : 'hit'] += 1;
      reason.age = Math.max(reason.age ?? 0, inSeconds(now - one.askedAt));
      reason.ttl = Math.min(reason.ttl ?? Infinity, inSeconds(one.freshUntil - now));
    });
  }
  for (const [response, count] of counts) {
    const reason = told.get(response);
    if (reason === undefined) continue;
    reason.state = count.miss > 0 ? 'miss' : count.stale > 0 ? 'stale' : 'hit';
    if (looked.length > 1) reason.objects = count;
  }
  return told;
}
