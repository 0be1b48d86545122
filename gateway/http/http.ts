import { Refusal } from '../errors/errors.ts';
import type { Asked, Incoming, Stage } from '../request.ts';
import { asked } from './asked.ts';
import { isJson } from './negotiate.ts';

export { corsPolicy, type CorsPolicy } from './cors.ts';
export { demoSignIn } from './demo-sign-in.ts';
export { explore } from './explore.ts';
export { frontDoor } from './front-door.ts';
export { invalidation } from './invalidation.ts';
export { metricsText } from './metrics.ts';
export { negotiate } from './negotiate.ts';
export { peerOf, trustedProxies } from './address.ts';
export { usageEvents } from './usage-events.ts';
export { plainError } from './write.ts';

const BODY_LIMIT = 256 * 1024;
/** A page can send a request without asking first only if it has none of these. */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/** GraphQL over HTTP: method, types, size and the guard against forged requests. */
export const http = (): Stage<Incoming, { asked: Asked }> => async (request) => {
  if (request.accept === undefined) {
    throw new Refusal('BAD_REQUEST', 'Answers are JSON; the Accept header takes none.', { status: 406 });
  }
  guard(request);
  return { asked: asked(await request.read(BODY_LIMIT)) };
};

/** Lets through what no page can send in a visitor's name without the browser asking first. */
function guard({ method, headers }: Incoming): void {
  if (method !== 'POST' && method !== 'GET') {
    throw new Refusal('BAD_REQUEST', 'Send GET or POST.', { status: 405, headers: { allow: 'GET, POST' } });
  }
  const type = headers['content-type'];
  if (!isJson(type) && !(method === 'GET' && type === undefined)) {
    throw new Refusal('BAD_REQUEST', 'The content type must be application/json in UTF-8.', { status: 415 });
  }
  if (
    method === 'GET' &&
    !PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '')
  )
    throw new Refusal('BAD_REQUEST', 'GET needs the header apollo-require-preflight.');
}
