import { Refusal } from '../errors/errors.ts';
import type { Asked, Incoming, Stage } from '../request.ts';
import { askedInBody, askedInUrl } from './asked.ts';
import { isJson } from './negotiate.ts';

export { corsPolicy, type CorsPolicy } from './cors.ts';
export { demoSignIn } from './demo-sign-in.ts';
export { explore } from './explore.ts';
export { frontDoor } from './front-door.ts';
export { trustedProxies } from './address.ts';

const BODY_LIMIT = 256 * 1024;
/** A page can send a request without asking first only if it has none of these. */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/** GraphQL over HTTP: method, types, size and the guard against forged requests. */
export const http = (): Stage<Incoming, { asked: Asked }> => async (request) => {
  if (request.accept === undefined) {
    throw new Refusal('BAD_REQUEST', 'Answers are JSON; the Accept header takes none.', { status: 406 });
  }
  if (request.method === 'POST') return { asked: await post(request) };
  if (request.method === 'GET') return { asked: get(request) };
  throw new Refusal('BAD_REQUEST', 'Send GET or POST.', { status: 405, headers: { allow: 'GET, POST' } });
};

async function post({ headers, body }: Incoming): Promise<Asked> {
  if (!isJson(headers['content-type'])) throw wrongType();
  return askedInBody(await body(BODY_LIMIT));
}

function get({ headers, url }: Incoming): Asked {
  if (headers['content-type'] !== undefined && !isJson(headers['content-type'])) throw wrongType();
  if (!PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '')) {
    throw new Refusal('BAD_REQUEST', 'GET needs the header apollo-require-preflight.');
  }
  return askedInUrl(url);
}

const wrongType = (): Refusal =>
  new Refusal('BAD_REQUEST', 'The content type must be application/json in UTF-8.', { status: 415 });
