import { isOfRequest, type CachingHeaders } from '../transport/transport.ts';
import { directivesIn, secondsIn, type Directives } from './cache-control.ts';
import type { Policy } from './policies.ts';

/** What the headers of an answer say of keeping it: how long and for whom, or why it may not be kept. */
export type HeaderPolicy = (headers: CachingHeaders | undefined) => Policy | string;

/** What is public and says no more. */
const BARE_PUBLIC_S = 60;
/** What is to be kept longer is kept a year. */
const MOST_S = 365 * 24 * 60 * 60;
/** A value is never asked about again before it is served, so `no-cache` leaves no use for it. */
const NEVER = ['no-store', 'no-cache'];
const NEVER_STALE = ['must-revalidate', 'proxy-revalidate'];
const UNREADABLE = 'Cache-Control cannot be read';

/** Reads headers as a cache does that many share, and keeps nothing when in doubt; `forwardHeaders` are part of every key. */
export function headerPolicy(forwardHeaders: readonly string[]): HeaderPolicy {
  return (headers) => {
    if (headers === undefined) return 'no Cache-Control';
    const directives = directivesIn(headers.cacheControl);
    if (directives === undefined) return UNREADABLE;
    const never = NEVER.find((name) => directives.has(name)) ?? varyingBy(headers.vary, forwardHeaders);
    return never ?? policyIn(directives, headers);
  };
}

function policyIn(directives: Directives, { age, expires }: CachingHeaders): Policy | string {
  const seconds = (name: string) =>
    directives.has(name) ? Math.min(secondsIn(directives.get(name)), MOST_S) : undefined;
  const isPrivate = directives.has('private');
  const isPublic = directives.has('public');
  const [forShared, forAll] = [seconds('s-maxage'), seconds('max-age')];
  const [swr = 0, sie = 0] = [seconds('stale-while-revalidate'), seconds('stale-if-error')];
  if ([forShared, forAll, swr, sie].some(Number.isNaN) || directives.get('public') !== undefined)
    return UNREADABLE;
  const told = (isPrivate ? undefined : forShared) ?? forAll;
  if (told === undefined && expires !== undefined) return 'Expires without max-age';
  const maxAge = told ?? (isPublic && !isPrivate ? BARE_PUBLIC_S : undefined);
  if (maxAge === undefined) return 'no max-age';
  const passed = age === undefined ? 0 : secondsIn(age);
  if (Number.isNaN(passed)) return 'Age cannot be read';
  const isNeverStale = NEVER_STALE.some((name) => directives.has(name));
  const left = (after: number) => Math.max(0, after + Math.min(0, maxAge - passed)) * 1000;
  const policy: Policy = {
    // `s-maxage` speaks to caches that many share, and so says that the answer is not for one caller.
    scope: !isPrivate && (isPublic || forShared !== undefined) ? 'TENANT' : 'USER',
    maxAge: Math.max(0, maxAge - passed) * 1000,
    swr: isNeverStale ? 0 : left(swr),
    sie: isNeverStale ? 0 : left(sie),
  };
  return policy.maxAge + policy.swr + policy.sie > 0 ? policy : 'no time is left';
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** Why an answer is for one request only: it depends on what other requests may not have in common. */
function varyingBy(vary: string | undefined, forwardHeaders: readonly string[]): string | undefined {
  if (vary === undefined) return undefined;
  for (const item of vary.split(',')) {
    const name = item.trim().toLowerCase();
    if (name === '' || forwardHeaders.includes(name)) continue;
    if (name === '*' || isOfRequest(name)) return `Vary: ${name}`;
    if (!NAME.test(name)) return 'Vary cannot be read';
  }
  return undefined;
}
