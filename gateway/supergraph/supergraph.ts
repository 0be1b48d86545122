import { readFileSync } from 'node:fs';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ConfigError } from '@chorus/shared/config.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { GraphQLError } from 'graphql';
import type { Generation } from '../request.ts';
import { silenceVendorTelemetry } from './config.ts';
import { withContracts } from './contract.ts';
import { executorOf } from './execution.ts';
import { prepareSupergraph, type Enforceable, type PreparedSupergraph } from './prepare.ts';

export { coordinatesIn } from './coordinates.ts';
export { deriveSchema } from './derive.ts';
export type { Enforceable, PreparedSupergraph } from './prepare.ts';
export type { SubgraphAddress } from './subgraphs.ts';

/** The planner tries at most this many ways to answer an operation; planning blocks everybody else. */
const MOST_PLANS = 1000;

/** Reads and checks the supergraph file. @throws ConfigError with one sentence */
export function readSupergraph(file: string, enforced?: ReadonlySet<Enforceable>): PreparedSupergraph {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`The supergraph file ${file} cannot be read.`);
  }
  return prepareSupergraph(text, enforced);
}

export interface LoadedSupergraph {
  generation: Generation;
  stop: () => Promise<void>;
}

/** Hands a prepared supergraph to Apollo's planner and executor, with nothing of theirs exposed. */
export async function loadSupergraph(
  prepared: PreparedSupergraph,
  dataSource: (subgraph: string) => GraphQLDataSource,
  log: Logger,
): Promise<LoadedSupergraph> {
  silenceVendorTelemetry();
  const gateway = new ApolloGateway({
    supergraphSdl: prepared.plannerText,
    buildService: ({ name }) => dataSource(name),
    logger: quiet(log),
    debug: false,
    __exposeQueryPlanExperimental: false,
    validateSupergraph: false,
    queryPlannerConfig: { debug: { maxEvaluatedPlans: MOST_PLANS } },
  });
  const { schema, executor } = await load(gateway);
  return {
    generation: withContracts(
      { id: crypto.randomUUID(), schema, execute: executorOf(executor, schema, quiet(log)) },
      prepared,
    ),
    stop: () => gateway.stop(),
  };
}

async function load(gateway: ApolloGateway): ReturnType<ApolloGateway['load']> {
  try {
    return await gateway.load();
  } catch (cause) {
    const reason = cause instanceof GraphQLError || cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The supergraph cannot be loaded: ${reason.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  }
}

/** Apollo's own lines are worth keeping when they are about trouble only. */
const quiet = (log: Logger) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message?: unknown) => log.warn({ detail: message }, 'planner warning'),
  error: (message?: unknown) => log.error({ detail: message }, 'planner error'),
});
