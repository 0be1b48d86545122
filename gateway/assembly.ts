import { STEP_UP_METHODS } from '@chorus/shared/assurance.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import type { GraphQLSchema } from 'graphql';
import { access, ENFORCED, tablesOf } from './access/access.ts';
import { productCallers, standaloneCallers, type Callers } from './callers.ts';
import type { GatewayConfig } from './config.ts';
import { documents } from './documents/documents.ts';
import { errors } from './errors/errors.ts';
import { executor, type SessionCookies } from './executor/executor.ts';
import { http } from './http/http.ts';
import { pipeline } from './pipeline.ts';
import { rate } from './rate/rate.ts';
import type { Pipeline } from './request.ts';
import { loadSupergraph, readSupergraph, type PreparedSupergraph } from './supergraph/supergraph.ts';
import { targetOf, transport, type Target } from './transport/transport.ts';

/** The stages of one gateway put together, behind no door yet. */
export interface Assembly {
  pipeline: Pipeline;
  /** What clients see. */
  schema: GraphQLSchema;
  supergraphSdl: string;
  /** Why the gateway should not get traffic yet. */
  notReady: Callers['notReady'];
  /** In the order of their start; stopped in reverse. */
  parts: Part[];
}

/** Mutations whose session cookie travels between browsers and accounts. */
const SESSION_MUTATIONS = [
  'signIn',
  'staffSignIn',
  'completeMfa',
  'confirmTotp',
  'stepUp',
  'refreshSession',
  'signOut',
  'switchTenant',
];
const SESSION_COOKIES = ['__Host-chorus_refresh', 'chorus_refresh'];

/** Loads the supergraph and builds every stage. @throws ConfigError when something it was given is wrong */
export async function assemble(
  config: GatewayConfig,
  log: Logger,
  openBus: (url: string) => EventBus,
): Promise<Assembly> {
  const { mode } = config;
  const prepared = readSupergraph(config.supergraphFile, ENFORCED);
  const targets = targetsOf(prepared, config);
  const links = transport({ targets, schema: prepared.schema, timeoutMs: config.subgraphTimeoutMs, log });
  const { generation, stop } = await loadSupergraph(prepared, links.dataSource, log);
  tablesOf(generation);
  const product = mode.kind === 'product';
  const words = { stepUpMethods: product ? STEP_UP_METHODS : undefined };
  const callers = product ? await productCallers(mode, openBus, log) : standaloneCallers(mode);
  return {
    pipeline: pipeline({
      http: http(),
      documents: documents(() => generation),
      identity: callers.identity,
      tenant: callers.tenant,
      rate: rate(),
      access: access({ unauthorized: undefined, words }),
      executor: executor({
        sign: callers.sign,
        forwardHeaders: config.forwardHeaders,
        sessionCookies: product ? sessionCookies(config) : undefined,
      }),
      errors: errors({ log }),
    }),
    schema: generation.schema,
    supergraphSdl: prepared.plannerText,
    notReady: callers.notReady,
    parts: [...callers.parts, { name: 'planner', stop }, { name: 'transport', stop: links.stop }],
  };
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
