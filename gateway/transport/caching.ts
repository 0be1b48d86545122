import type { RawAnswer } from './question.ts';

/** What the headers of an answer say of keeping it, as they came; several lines of one are joined by commas. */
export interface CachingHeaders {
  cacheControl: string;
  age: string | undefined;
  expires: string | undefined;
  vary: string | undefined;
}

/** Undefined when they say nothing, or when the answer is one of failure. */
export function cachingHeaders({ status, headers }: RawAnswer): CachingHeaders | undefined {
  const cacheControl = joined(headers['cache-control']);
  if (cacheControl === undefined || status >= 300) return undefined;
  const { age, expires, vary } = headers;
  return { cacheControl, age: joined(age), expires: joined(expires), vary: joined(vary) };
}

/** Undici lists the lines of a header that came more than once, whichever it is. */
const joined = (lines: string | readonly string[] | undefined): string | undefined =>
  typeof lines === 'object' ? lines.join(', ') : lines;
