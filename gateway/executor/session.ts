import { Kind } from 'graphql';
import type { Documented, SessionRelay } from '../request.ts';

/** Which cookie may travel between browsers and which subgraph, for which mutations only. */
export interface SessionCookies {
  subgraph: string;
  mutations: ReadonlySet<string>;
  names: readonly string[];
  /** Whether pages of this origin may use the cookie, besides pages of the gateway's own. */
  allowedOrigin: (origin: string) => boolean;
}

/**
 * The relay for this request, when it asks for one (`X-Chorus-Session: cookie`), comes from an allowed origin, and
 * runs nothing but session mutations.
 */
export function sessionRelay(request: Documented, options: SessionCookies): SessionRelay | undefined {
  const { headers, operation, cookies } = request;
  if (headers['x-chorus-session'] !== 'cookie' || operation.kind !== 'mutation') return undefined;
  if (!originAllowed(request, options)) return undefined;
  const { selections } = operation.operation.selectionSet;
  const onlySession = selections.every(
    (selection) => selection.kind === Kind.FIELD && options.mutations.has(selection.name.value),
  );
  if (!onlySession) return undefined;
  return {
    subgraph: options.subgraph,
    cookie: clientCookie(headers.cookie, options.names),
    set: (cookie) => {
      if (options.names.some((name) => cookie.startsWith(`${name}=`))) cookies.push(cookie);
    },
  };
}

/** Browsers send Origin with every POST; its absence means no browser, which has no cookie to protect. */
function originAllowed({ headers }: Documented, { allowedOrigin }: SessionCookies): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (allowedOrigin(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function clientCookie(header: string | undefined, names: readonly string[]): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => names.some((name) => pair.startsWith(`${name}=`)));
}
