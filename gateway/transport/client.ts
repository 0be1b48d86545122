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
const CLOSED_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Kept connections to one subgraph; answers are bounded in time and size, and redirects are not followed. */
export function subgraphClient({ origin, path, socketPath }: Target): SubgraphClient {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    keepAliveTimeout: 30_000,
    maxResponseSize: MOST_BYTES,
    connect: { timeout: CONNECT_MS, ...(socketPath === undefined ? {} : { socketPath }) },
  });
  const once = async ({ body, headers }: Sending, signal: AbortSignal): Promise<RawAnswer> => {
    const response = await pool.request({ path, method: 'POST', body, headers, signal });
    const { 'content-type': contentType = '', 'set-cookie': cookies = [] } = response.headers;
    return {
      status: response.statusCode,
      contentType: String(contentType),
      setCookies: typeof cookies === 'string' ? [cookies] : cookies,
      text: await response.body.text(),
    };
  };
  return {
    send: (sending) => inTime(sending, (signal) => repeatedly(sending, () => once(sending, signal))),
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

async function inTime<T>(
  { timeoutMs, signal }: Sending,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort(new TimedOut());
  const timer = setTimeout(end, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await run(ending.signal);
  } catch (failure) {
    throw ending.signal.aborted ? new TimedOut() : failure;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
