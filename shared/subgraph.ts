import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { cacheTagsTold, type Kept } from './cache-tags.ts';
import { AppError, appErrorIn, ERRORS, isErrorCode, publicError, type PublicError } from './errors.ts';
import { header, readBody, sendJson } from './http.ts';
import { IDENTITY_HEADER, type Identity } from './identity.ts';
import { newId } from './id.ts';
import type { Logger } from './log.ts';
import { closeServer, listen, type Part } from './process.ts';

const BODY_LIMIT = 4 * 1024 * 1024;

/** What a resolver's context is made of; everything but the identity is believed only because the identity is. */
export interface SubgraphRequest {
  identity: Identity;
  requestId: string;
  clientAddress?: string;
  userAgent?: string;
  cookies?: string;
  /** `cookie` for browsers that keep their refresh token in a cookie. */
  sessionMode?: string;
  /** `http` or `https`: how the client reached the gateway. */
  scheme?: string;
  setHeader: (name: string, value: string) => void;
}

export interface SubgraphOptions<C extends object> {
  schema: GraphQLSchema;
  /** Turns the identity header into an identity or throws UNAUTHENTICATED. */
  verify: (token: string | undefined) => Promise<Identity>;
  context: (request: SubgraphRequest) => C;
  /** What the gateway is told of what it keeps; nothing without it. */
  kept?: (context: C) => Kept;
  /** What is left to do once an operation has run; when it fails, the operation is answered all the same. */
  settle?: (context: C) => Promise<void>;
  log: Logger;
}

/** A running Apollo Server without its web framework: identity first, then the operation, then a masked answer. */
export async function startSubgraph<C extends object>(
  options: SubgraphOptions<C>,
  at: { host: string; port: number } | { path: string },
): Promise<Part & { port: number }> {
  const { log } = options;
  const apollo = new ApolloServer<C>({
    schema: options.schema,
    csrfPrevention: false,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => maskError(formatted, error, log),
    nodeEnv: 'production',
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ...(options.kept === undefined ? [] : [cacheTagsTold(options.kept)]),
    ],
    logger: log,
  });
  await apollo.start();
  const server = createServer((request, response) => {
    answer(apollo, options, request, response).catch((error: unknown) => {
      if (appErrorIn(error) === undefined) log.error({ error }, 'request failed');
      const masked = publicError(error);
      sendJson(response, ERRORS[masked.extensions.code].status, { errors: [masked] });
    });
  });
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, at);
  const stop = async () => {
    await closeServer(server);
    await apollo.stop();
  };
  return { name: 'subgraph', port, stop };
}

async function answer<C extends object>(
  apollo: ApolloServer<C>,
  { verify, context, settle, log }: SubgraphOptions<C>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const identity = await verify(header(request, IDENTITY_HEADER));
  if (request.method !== 'POST') throw new AppError('BAD_REQUEST', 'Subgraphs are asked with POST.');
  const body = parseJson(await readBody(request, BODY_LIMIT));
  const own = context(subgraphRequest(identity, request, response));
  const result = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      body,
      search: '',
    },
    context: () => Promise.resolve(own),
  });
  await settle?.(own).catch((error: unknown) => log.error({ error }, 'request not settled'));
  send(response, result);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The request body is not JSON.', { cause });
  }
}

function subgraphRequest(
  identity: Identity,
  request: IncomingMessage,
  response: ServerResponse,
): SubgraphRequest {
  const clientAddress = header(request, 'chorus-client-address');
  const userAgent = header(request, 'chorus-user-agent');
  const cookies = header(request, 'cookie');
  const sessionMode = header(request, 'chorus-session-mode');
  const scheme = header(request, 'chorus-scheme');
  return {
    identity,
    requestId: header(request, 'chorus-request-id') ?? newId(),
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(cookies === undefined ? {} : { cookies }),
    ...(sessionMode === undefined ? {} : { sessionMode }),
    ...(scheme === undefined ? {} : { scheme }),
    setHeader: (name, value) => void response.setHeader(name, value),
  };
}

function send(response: ServerResponse, { status, headers, body }: HTTPGraphQLResponse): void {
  const text = body.kind === 'complete' ? body.string : '';
  response.writeHead(status ?? 200, [...headers].flat());
  response.end(text);
}

/** Only table errors keep their words; request errors of Apollo keep theirs, since they describe the request. */
function maskError(formatted: GraphQLFormattedError, error: unknown, log: Logger): PublicError {
  const original = unwrapResolverError(error);
  const path = formatted.path === undefined ? {} : { path: formatted.path };
  if (appErrorIn(original) !== undefined) return { ...publicError(original), ...path };
  const code = formatted.extensions?.['code'];
  if (original === error && isErrorCode(code) && code !== 'INTERNAL') {
    return { message: formatted.message, ...path, extensions: { code } };
  }
  log.error({ error: original, path: formatted.path }, 'resolver failed');
  return { ...publicError(original), ...path };
}
