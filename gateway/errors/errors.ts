import {
  AppError,
  ERRORS,
  isErrorCode,
  publicError,
  type ErrorCode,
  type PublicError,
} from '@chorus/shared/errors.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { ReadyBody } from '../common-data.ts';
import type { InnerError } from '../fetched.ts';
import type { Answer, Closing, Executed, Incoming } from '../request.ts';
import { clientPath } from './path.ts';
import { publish } from './public.ts';
import { Refusal } from './refusal.ts';
import { selectErrors } from './select.ts';

export { Refusal } from './refusal.ts';

/** Refused documents answer 200 in the older media type, as GraphQL over HTTP asks. */
const DOCUMENT_CODES = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'PERSISTED_QUERY_NOT_FOUND',
]);

const LOGGED_PER_REQUEST = 5;

/** The only place where an error becomes something a client sees. */
export const errors =
  ({ log }: { log: Logger }): Closing<Executed> =>
  (request, failure) => {
    if (failure !== undefined) return refused(request, failure, log);
    return executed(request, log);
  };

function executed(request: Incoming & Partial<Executed>, log: Logger): Answer {
  const { outcome, operation } = request;
  if (outcome === undefined || operation === undefined) return refused(request, undefined, log);
  const { result, denied } = outcome;
  if (result.ready !== undefined) return answer(200, new ReadyBody(result.ready.bytes));
  const found: InnerError[] = [...(result.errors ?? [])];
  const data = result.data ?? null;
  const told = result.stale === undefined ? {} : { extensions: { stale: result.stale } };
  if (found.length + denied.length === 0 && result.data !== undefined) return answer(200, { data, ...told });
  if (result.data === undefined && found.length === 0) found.push({ message: 'the executor gave no data' });
  const published = found.map(({ message, extensions, path }) =>
    publish({ message, extensions, path: path && clientPath(path, operation) }, request.id),
  );
  logMasked(found, published, request.id, log);
  return answer(200, { data, errors: [...denied, ...selectErrors(published)], ...told });
}

function logMasked(
  found: readonly InnerError[],
  published: readonly PublicError[],
  requestId: string,
  log: Logger,
): void {
  const masked = found.filter((_, index) => published[index]?.extensions.code === 'INTERNAL');
  for (const error of masked.slice(0, LOGGED_PER_REQUEST)) {
    const { message, path, extensions } = error;
    log.error({ requestId, path, detail: message, subgraph: extensions?.['serviceName'] }, 'error masked');
  }
}

function refused(request: Incoming, failure: unknown, log: Logger): Answer {
  const known = failure instanceof AppError && failure.code !== 'INTERNAL';
  if (!known) log.error({ requestId: request.id, error: failure }, 'request failed');
  const masked = publicError(failure, request.id);
  const { code } = masked.extensions;
  const problems = failure instanceof Refusal && known ? failure.problems : [masked];
  const list = problems.map(({ extensions, ...rest }) => ({
    ...rest,
    extensions: extensions ?? masked.extensions,
  }));
  const status = failure instanceof Refusal ? failure.status : undefined;
  const lenient = request.accept === 'application/json' && DOCUMENT_CODES.has(code);
  const { status: own } = ERRORS[code];
  return answer(status ?? (lenient ? 200 : own), { errors: list }, headersFor(code, failure));
}

function headersFor(code: ErrorCode, failure: unknown): Record<string, string> {
  const own = failure instanceof Refusal ? failure.headers : {};
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer', ...own };
  if (isErrorCode(code) && (code === 'OVERLOADED' || code === 'RATE_LIMITED'))
    return { 'retry-after': '1', ...own };
  return { ...own };
}

const answer = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});
