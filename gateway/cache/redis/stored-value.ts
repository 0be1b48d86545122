import { isData, type Data } from '../../data.ts';
import type { KeptValue } from '../kept-value.ts';
import { NOTHING } from '../look-up.ts';
import type { Wanted } from '../shared-values.ts';
import { sizeOf } from '../size.ts';
import { placeOf, type Place } from './place.ts';

/** How a value lies in Redis: JSON, with moments by Redis's clock in milliseconds. */
interface Stored {
  /** Left out for an object that does not exist. */
  value?: unknown;
  asked: number;
  /** Until when it is fresh; null for ever. */
  fresh: number | null;
  /** For how long after that it may be served, as in a policy; left out for not at all. */
  swr?: number;
  sie?: number;
  /** The last invalidation before it was asked for. */
  since: string;
  tags: readonly string[];
}

/** Now, and how many milliseconds Redis's clock is ahead of that. */
export interface Clocks {
  now: number;
  ahead: number;
}

/** Longer text takes others too long to read. */
const LONGEST = 256 * 1024;
/** Nothing lies in Redis longer than this. */
const LASTING_MS = 24 * 60 * 60 * 1000;
/** Clocks that tick differently by more are not believed. */
const MOST_APART_MS = 1_000;
const ROUNDED_MS = 1;

/** A value as text, and for how many milliseconds it is of use; undefined when it is not. */
export function storedOf(
  { value, askedAt, freshUntil, staleUntil, errorUntil, tags }: KeptValue,
  since: string,
  { now, ahead }: Clocks,
): { text: string; ms: number } | undefined {
  const ms = Math.ceil(Math.min(LASTING_MS, Math.max(staleUntil, errorUntil) - now));
  if (ms <= 0) return undefined;
  const isForEver = freshUntil === Infinity;
  const after = (until: number) => (isForEver || until === freshUntil ? undefined : until - freshUntil);
  const stored = {
    value: value === NOTHING ? undefined : value,
    asked: askedAt + ahead,
    fresh: isForEver ? null : freshUntil + ahead,
    swr: after(staleUntil),
    sie: after(errorUntil),
    since,
    tags,
  };
  const text = JSON.stringify(stored);
  return text.length > LONGEST ? undefined : { text, ms };
}

/** Undefined for what cannot be the value that is wanted. */
export function readStored(
  text: string,
  { field: { policy, below }, scope }: Wanted,
  { now, ahead }: Clocks,
): { value: KeptValue; since: Place } | undefined {
  const read = parsed(text);
  const since = placeOf(read?.since);
  if (read === undefined || since === undefined || policy === undefined) return undefined;
  const { asked, fresh, swr = 0, sie = 0, tags } = read;
  const lasting = fresh === null ? Infinity : fresh - asked;
  const askedAt = asked - ahead;
  // It may be of a clock that was set since, or of nobody who knows the policy.
  const isLonger = lasting > policy.maxAge + ROUNDED_MS || swr > policy.swr + ROUNDED_MS;
  if (isLonger || sie > policy.sie + ROUNDED_MS || askedAt > now + MOST_APART_MS) return undefined;
  const value = Object.hasOwn(read, 'value') ? read.value : NOTHING;
  const freshUntil = askedAt + lasting;
  const [staleUntil, errorUntil] = [freshUntil + swr, freshUntil + sie];
  const bytes = sizeOf(value);
  if (bytes === Infinity) return undefined;
  const until = { freshUntil, staleUntil, errorUntil };
  return { value: { value, scope, askedAt, ...until, refreshing: false, below, tags, bytes }, since };
}

function parsed(text: string): Stored | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isData(read) && isStored(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

const isLength = (ms: unknown): boolean => ms === undefined || (typeof ms === 'number' && ms >= 0);

const isStored = (read: Data): read is Data & Stored =>
  typeof read['asked'] === 'number' &&
  (read['fresh'] === null || typeof read['fresh'] === 'number') &&
  isLength(read['swr']) &&
  isLength(read['sie']) &&
  typeof read['since'] === 'string' &&
  Array.isArray(read['tags']) &&
  read['tags'].every((tag) => typeof tag === 'string');
