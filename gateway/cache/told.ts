import type { CacheReason } from '../explanation.ts';
import type { Scope } from '../scope.ts';
import type { KeptValue } from './kept-value.ts';
import { isStale, MISSING, type Finding } from './look-up.ts';
import type { Partly } from './partly.ts';
import type { Policy } from './policies.ts';

/** Why a value is not served although it is there. */
function whyNot({ freshUntil, staleUntil }: KeptValue, now: number): string {
  if (freshUntil === -Infinity) return 'changed since';
  return now < staleUntil ? 'what others changed may not have been heard of' : 'too old';
}

const inSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/**
 * How the cache served each field of a fetch, by response name; of many objects together. `answered` is what the headers
 * said of keeping the answer, where it is they who say.
 */
export function toldOf(
  { looked, found, now }: Partly,
  answered: Policy | string | undefined,
): ReadonlyMap<string, CacheReason> {
  const refusal = refusalOf(answered, found);
  const told = new Map<string, CacheReason>();
  const counts = new Map<string, Record<'hit' | 'stale' | 'miss', number>>();
  for (const { fields, kept, values } of looked) {
    fields.forEach(({ response, scopes }, at) => {
      if (scopes.every((scope) => found.shelfOf(scope) === undefined)) {
        const reason = scopes.length === 0 ? 'no policy' : 'nobody this value could be kept for';
        told.set(response, { state: 'bypass', reason });
        return;
      }
      const count = counts.get(response) ?? { hit: 0, stale: 0, miss: 0 };
      counts.set(response, count);
      const reason: CacheReason = told.get(response) ?? { state: 'hit' };
      told.set(response, reason);
      const one = kept[at];
      const isMissing = one === undefined || values[at] === MISSING;
      const scope = isMissing && typeof answered === 'object' ? answered.scope : (one?.scope ?? only(scopes));
      if (scope !== undefined && reason.scope !== 'USER') reason.scope = scope;
      if (isMissing) {
        count.miss += 1;
        reason.reason = refusal ?? (one === undefined ? 'not kept yet, or not any more' : whyNot(one, now));
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
    const isRefused = refusal !== undefined && count.hit + count.stale === 0;
    reason.state = isRefused ? 'bypass' : count.miss > 0 ? 'miss' : count.stale > 0 ? 'stale' : 'hit';
    if (looked.length > 1) reason.objects = count;
  }
  return told;
}

/** The scope of a field that can have but one. */
const only = (scopes: readonly Scope[]): Scope | undefined => (scopes.length === 1 ? scopes[0] : undefined);

/** Why nothing of an answer was kept, as far as its headers are the reason. */
function refusalOf(answered: Policy | string | undefined, { shelfOf }: Finding): string | undefined {
  const isForNobody = typeof answered === 'object' && shelfOf(answered.scope) === undefined;
  const reason = isForNobody ? 'it is private, and nobody knows who calls' : answered;
  return typeof reason === 'string' ? `the subgraph's answer may not be kept: ${reason}` : undefined;
}
