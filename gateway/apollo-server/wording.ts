import { HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';

/** What Apollo Server says of requests that it shows to nobody, and what the own door says. */
const WORDS: readonly [theirs: RegExp, ours: string][] = [
  [/^POST body missing.*$/s, 'The request body must be a JSON object of the content type application/json.'],
  [/^Operation batching disabled\.$/, 'Batches of operations are not offered.'],
  [/^Apollo Server supports only GET\/POST requests\.$/, 'Send GET or POST.'],
  [/^GraphQL queries must be strings\..*$/s, 'The parameter query must be a string.'],
  [/^`operationName` in a POST body .*$/, 'The parameter operationName must be a string.'],
  [/^`(\w+)` in a POST body .*$/, 'The parameter $1 must be an object.'],
  [/^The (\w+) search parameter contains invalid JSON\.$/, 'The parameter $1 is not JSON.'],
  [/^The (\w+) search parameter should contain .*$/, 'The parameter $1 must be an object.'],
  [/^GET requests may not have a content-type .*$/, 'The content type must be application/json in UTF-8.'],
];

/** Changes an error that is about to be sent; plugins are given nothing else of such a request. */
export function inOurWords(error: GraphQLError, headers: Readonly<Record<string, string>>): void {
  const [theirs, ours] = WORDS.find(([pattern]) => pattern.test(error.message)) ?? [];
  if (theirs !== undefined && ours !== undefined) error.message = error.message.replace(theirs, ours);
  const head = error.extensions['http'] as { headers?: Iterable<[string, string]> } | undefined;
  const all = new HeaderMap([...(head?.headers ?? []), ...Object.entries(headers)]);
  Object.assign(error.extensions, { http: { ...head, headers: all } });
}
