import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { PublicError } from '@chorus/shared/errors.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { GraphQLError, Source } from 'graphql';
import { assemble, type Assembly } from './assembly.ts';
import type { GatewayConfig } from './config.ts';
import type { Answer, Incoming, Problem } from './request.ts';

type ApolloGatewayInterface = ApolloServerOptionsWithGateway<Context>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<ApolloGatewayInterface['load']>>['executor']>;
type Asked = Parameters<Executor>[0];

/** What a server may tell about a request in its `contextValue`; both are taken from nowhere else. */
export interface Context {
  clientAddress?: string;
  scheme?: Incoming['scheme'];
}

/**
 * The gateway behind Apollo Server: `new ApolloServer({ ...(await chorus(readConfig(args), log)) })`. The stages are
 * those of the gateway's own door; Apollo Server only speaks HTTP in front of them.
 * @throws ConfigError when something it was given is wrong
 */
export async function chorus(
  config: GatewayConfig,
  log: Logger,
  openBus: (url: string) => EventBus = postgresEventBus,
): Promise<ApolloServerOptionsWithGateway<Context>> {
  const assembly = await assemble(config, log, openBus);
  return {
    gateway: {
      load: () => Promise.resolve({ executor: executorOver(assembly, config) }),
      onSchemaLoadOrUpdate: (callback) =>
        assembly.onServed(({ generation: { schema }, prepared: { plannerText } }) =>
          callback({ apiSchema: schema, coreSupergraphSdl: plannerText }),
        ),
      stop: async () => {
        for (const part of assembly.parts.toReversed()) await part.stop();
      },
    },
    introspection: config.mode.kind === 'standalone',
    // The pipeline validates, by the schema as each caller sees it.
    dangerouslyDisableValidation: true,
    // The pipeline knows the status as well.
    status400ForVariableCoercionErrors: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
  };
}

function executorOver({ pipeline, contract }: Assembly, config: GatewayConfig): Executor {
  return async (asked) => {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), config.requestTimeoutMs);
    const incoming = incomingOf(asked, config, contract, ending.signal);
    try {
      return handOver(asked, incoming, await pipeline(incoming));
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The request as the pipeline knows it; Apollo Server has checked method, type and forgery before. */
function incomingOf(
  { request, source, context }: Asked,
  config: GatewayConfig,
  contract: string | undefined,
  signal: AbortSignal,
): Incoming {
  const { clientAddress = '', scheme = 'http' } = context as Context;
  const { operationName, variables, extensions } = request;
  return {
    id: newId(),
    method: 'POST',
    url: '/graphql',
    headers: { ...Object.fromEntries(request.http?.headers ?? []), 'content-type': 'application/json' },
    address: clientAddress,
    scheme,
    accept: 'application/json',
    contract,
    introspection: config.mode.kind === 'standalone',
    deadline: Date.now() + config.requestTimeoutMs,
    signal,
    body: () => Promise.resolve(JSON.stringify({ query: source, operationName, variables, extensions })),
    cookies: [],
  };
}

/** The headers of an answer that Apollo Server does not set itself. */
const HANDED_OVER = ['deprecation', 'retry-after', 'sunset', 'www-authenticate'];

function handOver({ response, source }: Asked, { id, cookies }: Incoming, { status, headers, body }: Answer) {
  const http = response?.http;
  if (http !== undefined) {
    http.status = status;
    for (const name of HANDED_OVER) {
      const value = headers[name];
      if (value !== undefined) http.headers.set(name, value);
    }
    http.headers.set('chorus-request-id', id);
    for (const cookie of cookies) http.headers.append('set-cookie', cookie);
  }
  const { data, errors, extensions } = body as {
    data?: Record<string, unknown> | null;
    errors?: (PublicError & Pick<Problem, 'locations'>)[];
    extensions?: Record<string, unknown>;
  };
  return {
    ...(data === undefined ? {} : { data }),
    ...(extensions === undefined ? {} : { extensions }),
    ...(errors === undefined
      ? {}
      : {
          errors: errors.map(({ message, locations, ...rest }) => {
            const positions = locations?.map((location) => offsetOf(location, source));
            return new GraphQLError(message, {
              ...rest,
              ...(positions && { positions, source: new Source(source) }),
            });
          }),
        }),
  };
}

/** GraphQL errors keep their places as offsets. */
const offsetOf = ({ line, column }: { line: number; column: number }, text: string): number =>
  text
    .split(/\r\n|[\n\r]/g)
    .slice(0, line - 1)
    .reduce((sum, before) => sum + before.length + 1, column - 1);
