import type { Closing, Executed, PreparedOperation } from '../request.ts';
import { deprecationsIn } from './uses.ts';

type Headers = Readonly<Record<string, string>>;

const NONE: Headers = {};

/** What is announced depends on the operation only, so it is found out when it is answered for the first time. */
const known = new WeakMap<PreparedOperation, Headers>();

/**
 * Tells the client of an executed operation that it uses what is deprecated and will go: `Deprecation` (RFC 9745) and
 * `Sunset` (RFC 8594), each with the earliest date. What is deprecated without dates is told in the schema alone.
 */
export const deprecationTold =
  (closing: Closing<Executed>): Closing<Executed> =>
  (request, failure) => {
    const answer = closing(request, failure);
    const { operation, outcome } = request;
    if (failure !== undefined || operation === undefined || outcome === undefined) return answer;
    const headers = headersOf(operation);
    return headers === NONE ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
  };

function headersOf(operation: PreparedOperation): Headers {
  const before = known.get(operation);
  if (before !== undefined) return before;
  const headers = announcement(operation);
  known.set(operation, headers);
  return headers;
}

function announcement(operation: PreparedOperation): Headers {
  const found = deprecationsIn(operation);
  if (found.length === 0) return NONE;
  const deprecated = Math.min(...found.map((dates) => dates.deprecated.getTime()));
  const removed = Math.min(...found.map((dates) => dates.removed.getTime()));
  return { deprecation: `@${deprecated / 1000}`, sunset: new Date(removed).toUTCString() };
}
