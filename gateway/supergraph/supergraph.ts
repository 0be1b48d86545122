import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { ConfigError } from '@chorus/shared/config.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { GraphQLSchema } from 'graphql';
import { costTables } from '../cost/cost.ts';
import { planExecutor, type PlanExecutorOptions } from '../executor/executor.ts';
import type { Generation } from '../request.ts';
import { apolloDataSource } from '../transport/transport.ts';
import { aliasGuard } from './aliases.ts';
import { silenceVendorTelemetry } from './config.ts';
import { withContracts } from './contract.ts';
import { apolloExecution } from './apollo.ts';
import { executorOf } from './execution.ts';
import type { PlannerConfig } from './planner-thread.ts';
import { planning, type Planning } from './planning.ts';
import { prepareSupergraph, type Enforceable, type PreparedSupergraph } from './prepare.ts';

export { coordinatesIn } from './coordinates.ts';
export { deriveSchema } from './derive.ts';
export type { Enforceable, PreparedSupergraph } from './prepare.ts';
export type { SubgraphAddress } from '../subgraphs.ts';
export { fileState, watchFile } from './watch.ts';

const PLANNER: PlannerConfig = {
  // At most so many ways to answer an operation are tried; the next operation waits meanwhile.
  debug: { maxEvaluatedPlans: 1000 },
  // A fetch with the client's named fragments could not be taken apart into fields that are kept.
  reuseQueryFragments: false,
};

/** Reads and checks the supergraph file. @throws ConfigError with one sentence */
export function readSupergraph(file: string, enforced: ReadonlySet<Enforceable>): PreparedSupergraph {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`The supergraph file ${file} cannot be read.`);
  }
  return prepareSupergraph(text, enforced);
}

/** The way to the subgraphs, and whom their answers are for. */
export type Links = Pick<PlanExecutorOptions, 'shapeOf' | 'ask' | 'scopeOf' | 'keptOf'>;

export interface LoadedSupergraph {
  generation: Generation;
  planning: Planning;
  stop: () => Promise<void>;
}

/** Hands a prepared supergraph to the planner's thread and to the executors. */
export async function loadSupergraph(
  prepared: PreparedSupergraph,
  links: Links,
  log: Logger,
): Promise<LoadedSupergraph> {
  silenceVendorTelemetry();
  const { plannerText: supergraphSdl } = prepared;
  // The thread is under way while this one reads the same text.
  const plans = planning({ supergraphSdl, config: PLANNER }, log);
  try {
    const schema = apiSchemaOf(supergraphSdl);
    const apollo = apolloExecution(
      { supergraphSdl, config: PLANNER, dataSource: apolloDataSource(links), schema },
      log,
    );
    await plans.ready();
    return {
      generation: withContracts({
        id: crypto.randomUUID(),
        schema,
        supergraph: prepared,
        costs: costTables(prepared),
        execute: executorOf({
          planning: plans,
          run: planExecutor({ ...links, schema, types: prepared.types }),
          apollo,
          aliases: aliasGuard(prepared.document),
        }),
      }),
      planning: plans,
      stop: async () => {
        await Promise.all([plans.stop(), apollo.stop()]);
      },
    };
  } catch (failure) {
    await plans.stop();
    throw failure instanceof ConfigError ? failure : refusalOf(failure);
  }
}

/** What clients see. */
const apiSchemaOf = (supergraphSdl: string): GraphQLSchema =>
  Supergraph.build(supergraphSdl, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();

const refusalOf = (cause: unknown): ConfigError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(`The supergraph cannot be loaded: ${reason.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
};
