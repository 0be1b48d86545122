import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { internalServer, type InternalPort, type Part } from '@chorus/shared/process.ts';
import { assemble } from './assembly.ts';
import type { GatewayConfig } from './config.ts';
import { demoSignIn, explore, frontDoor, invalidation, metricsText, usageEvents } from './http/http.ts';

/** A running gateway. */
export interface Gateway {
  /** Where clients send GraphQL. */
  url: string;
  internalUrl: string;
  /** In the order of their start; stopped in reverse. */
  parts: Part[];
}

/** The gateway behind its own door, node:http. @throws ConfigError when something it was given is wrong */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  openBus: (url: string) => EventBus = postgresEventBus,
): Promise<Gateway> {
  const assembly = await assemble(config, log, openBus);
  const { pipeline, contract, partners, notReady, reload, parts, invalidate, metrics } = assembly;
  const { mode, cors, trusted, maxInFlight, requestTimeoutMs, tls, host } = config;
  const demoFile = mode.kind === 'product' ? mode.demoFile : undefined;
  const door = frontDoor({
    pipeline,
    cors,
    trusted,
    maxInFlight,
    requestTimeoutMs,
    contract,
    partners,
    introspection: config.introspection,
    usageEvents: mode.kind === 'product' ? usageEvents : undefined,
    tls,
    explore: config.production
      ? undefined
      : explore(demoFile === undefined ? undefined : demoSignIn(demoFile, pipeline)),
    log,
  });
  const hangup = () => void reload();
  process.on('SIGHUP', hangup);
  const internal = await internalPort(config, {
    notReady: () => (door.draining() ? 'draining' : notReady()),
    more: {
      '/cache/invalidate': invalidation(config.internalToken, invalidate),
      '/metrics': metricsText(metrics),
    },
  });
  const port = await door.listen(host, config.port);
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    internalUrl: `http://${config.internalHost}:${internal.port}`,
    parts: [
      ...parts,
      { name: 'SIGHUP', stop: async () => void process.off('SIGHUP', hangup) },
      internal,
      { name: 'public port', stop: door.stop },
    ],
  };
}

/** Where no port was asked for, one that is taken is no reason not to start. */
async function internalPort(config: GatewayConfig, serves: Pick<InternalPort, 'notReady' | 'more'>) {
  const at = { host: config.internalHost, ...serves };
  const { port, required } = config.internalPort;
  try {
    return await internalServer({ ...at, port });
  } catch (failure) {
    if (required) throw failure;
    return internalServer({ ...at, port: 0 });
  }
}
