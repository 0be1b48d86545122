import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { BlockList } from 'node:net';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { listen } from '@chorus/shared/process.ts';
import type { Incoming, Pipeline } from '../request.ts';
import { peerOf } from './address.ts';
import { corsHeaders, preflightHeaders, type CorsPolicy } from './cors.ts';
import { drain } from './drain.ts';
import { Ending } from './ending.ts';
import type { Explore } from './explore.ts';
import { negotiate } from './negotiate.ts';
import { sentIn } from './sent.ts';
import type { Translation } from './usage-events.ts';
import { plainError, refuseBytes, write } from './write.ts';

export interface FrontDoorOptions {
  pipeline: Pipeline;
  cors: CorsPolicy;
  /** Undefined for none. */
  trusted: BlockList | undefined;
  /** Requests being answered at once; one more is told to come back. */
  maxInFlight: number;
  requestTimeoutMs: number;
  /** The tag of the contract that all doors serve, if any. */
  contract: string | undefined;
  /** The tag of the contract behind `/partner/graphql`, which is not there without. */
  partners: () => string | undefined;
  /** Whether `/graphql` shows the schema to anybody. */
  introspection: boolean;
  /** What is spoken at `/usage/events`, which is not there without. */
  usageEvents: Translation | undefined;
  tls: { cert: Buffer; key: Buffer } | undefined;
  /** The page for people; absent in production. */
  explore: Explore | undefined;
  log: Logger;
}

export interface FrontDoor {
  listen: (host: string, port: number) => Promise<number>;
  draining: () => boolean;
  /** Answers what is in flight and closes, within about two and a half seconds. */
  stop: () => Promise<void>;
}

interface State {
  inFlight: number;
  draining: boolean;
}

/** The public port: node:http in front of the pipeline. */
export function frontDoor(options: FrontDoorOptions): FrontDoor {
  const state: State = { inFlight: 0, draining: false };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    announceClose(state, response);
    route(options, state, request, response).catch((error: unknown) => {
      options.log.error({ error }, 'request failed outside the pipeline');
      write(request, response, plainError('INTERNAL'));
    });
  };
  const server = serverFor(options.tls, handle);
  server.on('clientError', refuseBytes);
  return {
    listen: (host, port) => listen(server, { host, port }),
    draining: () => state.draining,
    stop: () => {
      state.draining = true;
      return drain(server);
    },
  };
}

/** The last answer on a kept connection says that it is the last. */
function announceClose({ draining }: State, response: ServerResponse): void {
  if (draining) response.setHeader('connection', 'close');
}

function serverFor(
  tls: FrontDoorOptions['tls'],
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const limits = {
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16_384,
  };
  const server =
    tls === undefined ? createHttpServer(limits, handle) : createHttpsServer({ ...limits, ...tls }, handle);
  server.maxHeadersCount = 100;
  return server;
}

async function route(
  options: FrontDoorOptions,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { cors, explore } = options;
  const { origin } = request.headers;
  const [path = '/'] = (request.url ?? '/').split('?');
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { ...preflightHeaders(cors, origin), 'x-content-type-options': 'nosniff' }).end();
    return;
  }
  const door = doorAt(path, options);
  if (door === undefined && !(explore?.owns(path) ?? false)) {
    return write(
      request,
      response,
      plainError('NOT_FOUND', 'There is nothing here; GraphQL is at /graphql.'),
    );
  }
  if (state.inFlight >= options.maxInFlight) {
    const headers = { 'retry-after': '1', ...corsHeaders(cors, origin) };
    return write(request, response, plainError('OVERLOADED', undefined, headers));
  }
  state.inFlight += 1;
  try {
    if (door !== undefined) await answer(options, state, request, response, door);
    else await explore?.answer(path, request, response);
  } finally {
    state.inFlight -= 1;
  }
}

/** What differs between the paths that lead to the pipeline. */
type Door = Pick<Incoming, 'contract' | 'introspection'> & { translation?: Translation };

function doorAt(
  path: string,
  { contract, partners, introspection, explore, usageEvents }: FrontDoorOptions,
): Door | undefined {
  if (path === '/graphql') return { contract, introspection };
  if (path === '/explore/graphql' && explore !== undefined) return { contract, introspection: true };
  if (path === '/usage/events' && usageEvents !== undefined)
    return { contract, introspection: false, translation: usageEvents };
  const partner = path === '/partner/graphql' ? partners() : undefined;
  return partner === undefined ? undefined : { contract: partner, introspection };
}

async function answer(
  { pipeline, cors, trusted, requestTimeoutMs, tls }: FrontDoorOptions,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  { translation, ...door }: Door,
): Promise<void> {
  const ending = new Ending();
  const timer = setTimeout(ending.end, requestTimeoutMs);
  response.once('close', () => {
    if (!response.writableFinished) ending.end();
  });
  const incoming: Incoming = {
    id: newId(),
    method: request.method ?? 'GET',
    headers: request.headers,
    ...peerOf(request, trusted, tls !== undefined),
    accept: negotiate(request.headers.accept),
    ...door,
    deadline: Date.now() + requestTimeoutMs,
    get signal() {
      return ending.signal;
    },
    read: (limit) => sentIn(request, limit, ending.tell),
    cookies: [],
  };
  try {
    const { headers, ...rest } =
      translation === undefined
        ? await pipeline(incoming)
        : translation.answered(await pipeline(translation.asked(incoming)));
    announceClose(state, response);
    if (incoming.cookies.length > 0) response.setHeader('set-cookie', incoming.cookies);
    const all = {
      ...corsHeaders(cors, request.headers.origin),
      'chorus-request-id': incoming.id,
      ...headers,
    };
    write(request, response, { ...rest, headers: all }, incoming.accept);
  } finally {
    clearTimeout(timer);
  }
}
