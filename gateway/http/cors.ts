/** Which pages may read answers. */
export interface CorsPolicy {
  allows: (origin: string) => boolean;
}

const LOCALHOST = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-chorus-session',
  'chorus-explain',
].join(', ');

const EXPOSED_HEADERS = [
  'age',
  'chorus-request-id',
  'deprecation',
  'etag',
  'retry-after',
  'sunset',
  'www-authenticate',
].join(', ');

/** Listed origins, and pages on this machine where `localhost` is set. */
export function corsPolicy(origins: readonly string[], localhost: boolean): CorsPolicy {
  const listed = new Set(origins);
  return { allows: (origin) => listed.has(origin) || (localhost && LOCALHOST.test(origin)) };
}

/** Headers for an answer to this origin; none for origins that are not allowed. */
export function corsHeaders({ allows }: CorsPolicy, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !allows(origin)) return { vary: 'Origin, Accept' };
  return {
    vary: 'Origin, Accept',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED_HEADERS,
  };
}

/** Headers for the question a browser asks first. */
export function preflightHeaders(policy: CorsPolicy, origin: string | undefined): Record<string, string> {
  const headers = corsHeaders(policy, origin);
  if (headers['access-control-allow-origin'] === undefined) return headers;
  return {
    ...headers,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': '7200',
  };
}
