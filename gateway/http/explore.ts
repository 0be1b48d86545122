import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { DemoSignIn } from './demo-sign-in.ts';
import { readText } from './body.ts';
import { explorePage } from './explore-page.ts';
import { isJson } from './negotiate.ts';
import { plainError, write } from './write.ts';

/** The page for people who want to look around; it does not exist in production. */
export interface Explore {
  owns: (path: string) => boolean;
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const PATHS = new Set(['/explore', '/explore/graphql', '/explore/people', '/explore/sign-in']);
const BODY_LIMIT = 4096;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const LOOPBACK_ADDRESS = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;

/** Nothing on the page may come from, or talk to, another host. */
const CONTENT_POLICY =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; connect-src 'self'; frame-ancestors 'none'";

/** `signIn` is there in the demo only. */
export function explore(signIn: DemoSignIn | undefined): Explore {
  const page = once(async () => gzipSync(await explorePage(signIn !== undefined)));
  return {
    owns: (path) => PATHS.has(path),
    answer: async (path, request, response) => {
      if (path === '/explore' && request.method === 'GET') return sendPage(request, response, await page());
      const isHere = signIn !== undefined && fromThisMachine(request);
      if (!isHere) return write(request, response, plainError('NOT_FOUND'));
      if (path === '/explore/people' && request.method === 'GET') {
        return write(request, response, { status: 200, headers: {}, body: signIn.people() });
      }
      return write(request, response, await signInAnswer(signIn, request));
    },
  };
}

async function signInAnswer(signIn: DemoSignIn, request: IncomingMessage) {
  if (request.method !== 'POST' || !isJson(request.headers['content-type'])) {
    return plainError('BAD_REQUEST', 'Send POST with JSON.');
  }
  try {
    const { email, tenant } = JSON.parse(await readText(request, BODY_LIMIT)) as Record<string, unknown>;
    const accessToken = await signIn.token(String(email), typeof tenant === 'string' ? tenant : undefined);
    return { status: 200, headers: {}, body: { accessToken } };
  } catch {
    return plainError('UNAUTHENTICATED', 'This person could not be signed in.');
  }
}

/** Demo credentials are for the person in front of the machine, not for pages that reach it by another name. */
function fromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  if (!LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') || !LOOPBACK.test(host)) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function sendPage(request: IncomingMessage, response: ServerResponse, page: Buffer): void {
  if (!(request.headers['accept-encoding'] ?? '').includes('gzip')) {
    return write(request, response, plainError('BAD_REQUEST', 'This page needs a browser.'));
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-encoding': 'gzip',
    'content-length': page.length,
    'content-security-policy': CONTENT_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(page);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
