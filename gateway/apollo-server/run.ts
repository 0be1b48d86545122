import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Assembly } from '../assembly.ts';
import type { GatewayConfig } from '../config.ts';
import { negotiate, plainError } from '../http/http.ts';
import type { Answer, Incoming } from '../request.ts';
import type { Client } from './client.ts';

/** A request as Apollo Server hands it to gateways and to plugins. */
export interface Sent {
  request: {
    query?: string | undefined;
    operationName?: string | undefined;
    variables?: Readonly<Record<string, unknown>> | undefined;
    extensions?: Readonly<Record<string, unknown>> | undefined;
    /** Absent when the server's owner asks by `executeOperation`. */
    http?: { method: string; headers: Iterable<[string, string]> } | undefined;
  };
  /** The text to run, which a persisted query has from Apollo Server. */
  source?: string | undefined;
}

/** Answers a request as the own door does, headers included. */
export type Run = (sent: Sent, client: Client) => Promise<Answer>;

/** What every answer has: nothing may reinterpret it, and no shared cache may keep it. */
export const GUARDING_HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

export function runner({ pipeline, contract }: Assembly, config: GatewayConfig): Run {
  const { requestTimeoutMs, maxInFlight, introspection } = config;
  let inFlight = 0;
  return async (sent, { clientAddress = '', scheme = 'http', clientGone }) => {
    if (inFlight >= maxInFlight)
      return plainError('OVERLOADED', undefined, { ...GUARDING_HEADERS, 'retry-after': '1' });
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), requestTimeoutMs);
    const incoming: Incoming = {
      ...whatWasSent(sent),
      id: newId(),
      address: clientAddress,
      scheme,
      contract,
      introspection,
      deadline: Date.now() + requestTimeoutMs,
      signal: clientGone === undefined ? ending.signal : AbortSignal.any([ending.signal, clientGone]),
      cookies: [],
    };
    inFlight += 1;
    try {
      return withHeaders(incoming, await pipeline(incoming));
    } finally {
      inFlight -= 1;
      clearTimeout(timer);
    }
  };
}

function whatWasSent({ request, source }: Sent): Pick<Incoming, 'method' | 'headers' | 'accept' | 'read'> {
  const { method, headers: entries } = request.http ?? OWNER;
  const headers = Object.fromEntries(entries);
  return {
    method,
    headers,
    accept: negotiate(headers['accept']),
    read: async (limit) => {
      if (Number(headers['content-length'] ?? 0) > limit) throw new AppError('PAYLOAD_TOO_LARGE');
      const { query, operationName, variables, extensions = {} } = request;
      if (source === undefined) return { query, operationName, variables, extensions };
      // Apollo Server keeps the texts of persisted queries, so the pipeline need not.
      const { persistedQuery: _, ...others } = extensions;
      return { query: source, operationName, variables, extensions: others };
    },
  };
}

/** How the server's owner asks, who needs no HTTP. */
const OWNER: NonNullable<Sent['request']['http']> = {
  method: 'POST',
  headers: [['content-type', 'application/json']],
};

function withHeaders({ id, accept, cookies }: Incoming, { headers, ...rest }: Answer): Answer {
  return {
    ...rest,
    headers: {
      'content-type': `${accept ?? 'application/json'}; charset=utf-8`,
      ...GUARDING_HEADERS,
      'chorus-request-id': id,
      ...(cookies.length === 0 ? {} : { 'set-cookie': cookies.join(', ') }),
      ...headers,
    },
  };
}
