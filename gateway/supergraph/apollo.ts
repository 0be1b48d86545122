import type { ApolloGateway, GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@chorus/shared/log.ts';
import type { GraphQLSchema } from 'graphql';
import type { Fetched, InnerError } from '../fetched.ts';
import type { Call, Execution } from '../request.ts';
import type { PlannerConfig, PlannerData } from './planner-thread.ts';
import type { QueryPlan } from './planning.ts';

type Executor = ApolloGateway['executor'];
type Request = Parameters<Executor>[0];

export interface ApolloOptions extends PlannerData {
  dataSource: (subgraph: string) => GraphQLDataSource;
  schema: GraphQLSchema;
}

/** Apollo's own executor, for what ours does not know. */
export interface ApolloExecution {
  /** Without a plan Apollo makes one itself. */
  run: (plan: QueryPlan | undefined, execution: Execution) => Promise<Fetched>;
  stop: () => Promise<void>;
}

/** Loads Apollo's gateway when it is first needed, which hardly ever happens: it takes time and a lot of memory. */
export function apolloExecution(options: ApolloOptions, log: Logger): ApolloExecution {
  const { supergraphSdl, config, dataSource, schema } = options;
  const handover = planHandover();
  const logger = quiet(log);
  let loaded: Promise<{ gateway: ApolloGateway; executor: Executor }> | undefined;
  const load = async () => {
    const { ApolloGateway } = await import('@apollo/gateway');
    const gateway = new ApolloGateway({
      supergraphSdl,
      buildService: ({ name }) => dataSource(name),
      logger,
      debug: false,
      __exposeQueryPlanExperimental: false,
      validateSupergraph: false,
      queryPlannerConfig: { ...config, cache: handover.cache },
    });
    return { gateway, executor: (await gateway.load()).executor };
  };
  return {
    run: async (plan, { document, operation, name, queryHash, variables, call }) => {
      const { executor } = await (loaded ??= load());
      const result = await handover.giving(plan, () =>
        executor({
          request: { variables, ...(name === undefined ? {} : { operationName: name }) },
          document,
          operation,
          operationName: name ?? null,
          queryHash,
          schema,
          schemaHash: '' as Request['schemaHash'],
          source: '',
          logger,
          context: call satisfies Call,
          cache: NO_CACHE,
          metrics: {},
          overallCachePolicy: undefined,
        }),
      );
      return withCompletion(result as Result);
    },
    stop: async () => (await loaded)?.gateway.stop(),
  };
}

type Result = Fetched & { extensions?: { valueCompletion?: readonly InnerError[] } };

/** Apollo's executor tells of values that do not fit their type in a place of its own. */
function withCompletion({ extensions, ...result }: Result): Fetched {
  const { valueCompletion = [] } = extensions ?? {};
  if (valueCompletion.length === 0) return result;
  return { ...result, errors: [...(result.errors ?? []), ...valueCompletion] };
}

/** The way a plan gets into Apollo's executor: as what it finds in its cache, which it asks before it plans itself. */
export interface PlanHandover {
  cache: NonNullable<PlannerConfig['cache']>;
  /** Apollo asks within `begin`, before it waits for anything; who asks at any other time finds nothing. */
  giving: <T>(plan: QueryPlan | undefined, begin: () => T) => T;
}

export function planHandover(): PlanHandover {
  let given: QueryPlan | undefined;
  return {
    cache: { ...NO_CACHE, get: () => Promise.resolve(given), clear: () => undefined },
    giving: (plan, begin) => {
      given = plan;
      try {
        return begin();
      } finally {
        given = undefined;
      }
    },
  };
}

/** Part of the interface; only Apollo Server's plugins use it. */
const NO_CACHE = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};

/** Apollo's own lines are worth keeping when they are about trouble only. */
const quiet = (log: Logger) => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message?: unknown) => log.warn({ detail: message }, 'planner warning'),
  error: (message?: unknown) => log.error({ detail: message }, 'planner error'),
});
