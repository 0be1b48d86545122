import { ConfigError } from '@chorus/shared/config.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { internalServer, type Part } from '@chorus/shared/process.ts';
import { productCallers, standaloneCallers, type Callers } from './callers.ts';
import type { GatewayConfig } from './config.ts';
import { documents } from './documents/documents.ts';
import { errors } from './errors/errors.ts';
import { executor, type SessionCookies } from './executor/executor.ts';
import { demoSignIn, explore, frontDoor, http } from './http/http.ts';
import { pipeline } from './pipeline.ts';
import type { Pipeline } from './request.ts';
import { loadSupergraph, readSupergraph, type PreparedSupergraph } from './supergraph/supergraph.ts';
import { targetOf, transport, type Target } from './transport/transport.ts';

/** A running gateway. */
export interface Gateway {
  /** Where clients send GraphQL. */
  url: string;
  internalUrl: string;
  /** In the order of their start; stopped in reverse. */
  parts: Part[];
}

/** Mutations whose session cookie travels between browsers and accounts. */
const SESSION_MUTATIONS = ['signIn', 'completeMfa', 'refreshSession', 'signOut', 'switchTenant'];
const SESSION_COOKIES = ['__Host-chorus_refresh', 'chorus_refresh'];

/** Puts the stages together and opens the ports. @throws ConfigError when something it was given is wrong */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  openBus: (url: string) => EventBus = postgresEventBus,
): Promise<Gateway> {
  const { mode } = config;
  const prepared = readSupergraph(config.supergraphFile);
  const targets = targetsOf(prepared, config);
  const links = transport({ targets, schema: prepared.schema, timeoutMs: config.subgraphTimeoutMs, log });
  const supergraph = await loadSupergraph(prepared, links.dataSource, log);
  const product = mode.kind === 'product';
  const callers = product ? await productCallers(mode, openBus, log) : standaloneCallers(mode);
  const line = pipeline({
    http: http(),
    documents: documents(() => supergraph.generation),
    identity: callers.identity,
    tenant: callers.tenant,
    executor: executor({
      sign: callers.sign,
      forwardHeaders: config.forwardHeaders,
      sessionCookies: product ? sessionCookies(config) : undefined,
    }),
    errors: errors({ log }),
  });
  const parts = [
    ...callers.parts,
    { name: 'planner', stop: supergraph.stop },
    { name: 'transport', stop: links.stop },
  ];
  return openPorts(config, line, callers, parts, log);
}

async function openPorts(
  config: GatewayConfig,
  line: Pipeline,
  { notReady }: Callers,
  parts: Part[],
  log: Logger,
): Promise<Gateway> {
  const { mode, cors, trusted, maxInFlight, requestTimeoutMs, tls, host } = config;
  const demoFile = mode.kind === 'product' ? mode.demoFile : undefined;
  const door = frontDoor({
    pipeline: line,
    cors,
    trusted,
    maxInFlight,
    requestTimeoutMs,
    introspection: mode.kind === 'standalone',
    tls,
    explore: config.production
      ? undefined
      : explore(demoFile === undefined ? undefined : demoSignIn(demoFile, line)),
    log,
  });
  const internal = await internalPort(config, () => (door.draining() ? 'draining' : notReady()));
  const port = await door.listen(host, config.port);
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    internalUrl: `http://${config.internalHost}:${internal.port}`,
    parts: [...parts, internal, { name: 'public port', stop: door.stop }],
  };
}

/** Where no port was asked for, one that is taken is no reason not to start. */
async function internalPort(config: GatewayConfig, notReady: () => string | undefined) {
  const at = { host: config.internalHost, notReady };
  const { port, required } = config.internalPort;
  try {
    return await internalServer({ ...at, port });
  } catch (failure) {
    if (required) throw failure;
    return internalServer({ ...at, port: 0 });
  }
}

function targetsOf({ subgraphs }: PreparedSupergraph, config: GatewayConfig): Map<string, Target> {
  for (const [name, { setting }] of config.subgraphs) {
    if (!subgraphs.some((subgraph) => subgraph.name === name)) {
      throw new ConfigError(`${setting} names a subgraph that the supergraph does not have.`);
    }
  }
  return new Map(
    subgraphs.map(({ name, url }) => {
      const own = config.subgraphs.get(name);
      const address = own?.url ?? url;
      if (address === '')
        throw new ConfigError(`--subgraph ${name}=URL is needed: the supergraph has no address for it.`);
      return [name, targetOf(address, own?.setting ?? `The address of subgraph ${name}`, config.production)];
    }),
  );
}

const sessionCookies = ({ cors }: GatewayConfig): SessionCookies => ({
  subgraph: 'accounts',
  mutations: new Set(SESSION_MUTATIONS),
  names: SESSION_COOKIES,
  allowedOrigin: cors.allows,
});
