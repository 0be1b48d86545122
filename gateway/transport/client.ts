import type { IncomingHttpHeaders } from 'node:http';
import { Pool } from 'undici';
import type { Target } from './target.ts';

/** What a subgraph answered, read to its end. */
export interface RawAnswer {
  status: number;
  contentType: string;
  setCookies: readonly string[];
  text: string;
}

export interface Sending {
  body: string;
  headers: Record<string, string>;
  timeoutMs: number;
  signal: AbortSignal;
  /** Queries may be sent again when a kept connection turns out to be closed. */
  repeatable: boolean;
}

export interface SubgraphClient {
  /** @throws TimedOut when the time is over, or the network's own error. */
  send: (sending: Sending) => Promise<RawAnswer>;
  stop: () => Promise<void>;
}

/** The time for one subgraph request is over, or nobody waits for it any more. */
export class TimedOut extends Error {}

export const MOST_BYTES = 8 * 1024 * 1024;
const CONNECTIONS = 64;
const CONNECT_MS = 2000;
const KEPT_MS = 30_000;
const CLOSED_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Kept connections to one subgraph; answers are bounded in time and size, and redirects are not followed. */
export function subgraphClient({ origin, path, socketPath }: Target): SubgraphClient {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    keepAliveTimeout: KEPT_MS,
    maxResponseSize: MOST_BYTES,
    connect: { timeout: CONNECT_MS, ...(socketPath === undefined ? {} : { socketPath }) },
  });
  return {
    send: (sending) =>
      inTime(sending, (ending) => repeatedly(sending, () => exchange(pool, path, sending, ending))),
    stop: () => pool.destroy(),
  };
}

async function repeatedly({ repeatable }: Sending, send: () => Promise<RawAnswer>): Promise<RawAnswer> {
  try {
    return await send();
  } catch (failure) {
    if (!repeatable || !CLOSED_CONNECTION.has((failure as { code?: string }).code ?? '')) throw failure;
    return send();
  }
}

/** Ends an exchange from outside, also one that still waits for a connection. */
interface Ending {
  over: boolean;
  abort: (() => void) | undefined;
}

/**
 * One request and its whole answer. Collecting the chunks here, and never pausing, is faster than a stream, and keeps
 * away from an assertion in undici 7.30 that ends the process when a paused answer's connection closes.
 */
function exchange(pool: Pool, path: string, { body, headers }: Sending, ending: Ending): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let received: IncomingHttpHeaders = {};
    pool.dispatch(
      { path, method: 'POST', body, headers },
      {
        onRequestStart: (controller) => {
          ending.abort = () => controller.abort(new TimedOut());
          if (ending.over) ending.abort();
        },
        onResponseStart: (_controller, statusCode, responseHeaders) => {
          status = statusCode;
          received = responseHeaders;
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(rawAnswer(status, received, chunks)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

function rawAnswer(status: number, headers: IncomingHttpHeaders, chunks: readonly Buffer[]): RawAnswer {
  const { 'content-type': contentType = '', 'set-cookie': setCookies = [] } = headers;
  return {
    status,
    contentType,
    setCookies: Array.isArray(setCookies) ? setCookies : [setCookies],
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

function inTime(
  { timeoutMs, signal }: Sending,
  run: (ending: Ending) => Promise<RawAnswer>,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const ending: Ending = { over: false, abort: undefined };
    const end = () => {
      ending.over = true;
      reject(new TimedOut());
      ending.abort?.();
    };
    const timer = setTimeout(end, timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    run(ending)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      });
  });
}
