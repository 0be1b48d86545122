import type { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import type { Fetched, InnerError } from '../fetched.ts';
import type { Call, Generation } from '../request.ts';
import type { aliasGuard, Renamed } from './aliases.ts';
import type { PlannerConfig } from './planner-thread.ts';
import type { PlanExecutor } from '../executor/executor.ts';
import type { Planning, QueryPlan } from './planning.ts';

type ApolloExecutor = ApolloGateway['executor'];
type ApolloRequest = Parameters<ApolloExecutor>[0];

export interface Execute {
  planning: Planning;
  /** Our own executor, */
  run: PlanExecutor;
  /** and Apollo's for what ours does not know. */
  executor: ApolloExecutor;
  handover: PlanHandover;
  aliases: ReturnType<typeof aliasGuard>;
  schema: GraphQLSchema;
  logger: ApolloRequest['logger'];
}

/**
 * Runs operations by plans made elsewhere. A plan is kept under our hash of the document, so a changed document never
 * finds the plan of the original.
 */
export const executorOf =
  ({ planning, run, executor, handover, aliases, schema, logger }: Execute): Generation['execute'] =>
  async (execution) => {
    const { name, queryHash, variables, call } = execution;
    const renamed = aliases(execution);
    const { document, operation } = renamed ?? execution;
    const plan = await planning.plan({ ...execution, document, operation });
    const own = plan && run(plan, { document, operation, variables, call });
    if (own !== undefined) return restoring(renamed, await own);
    const result = await handover.giving(plan, () =>
      executor({
        request: { variables, ...(name === undefined ? {} : { operationName: name }) },
        document,
        operation,
        operationName: name ?? null,
        queryHash,
        schema,
        schemaHash: '' as ApolloRequest['schemaHash'],
        source: '',
        logger,
        context: call satisfies Call,
        cache: NO_CACHE,
        metrics: {},
        overallCachePolicy: undefined,
      }),
    );
    return restoring(renamed, withCompletion(result as ApolloResult));
  };

const restoring = (renamed: Renamed | undefined, result: Fetched): Fetched =>
  renamed === undefined ? result : renamed.restore(result);

type ApolloResult = Fetched & { extensions?: { valueCompletion?: readonly InnerError[] } };

/** Apollo's executor tells of values that do not fit their type in a place of its own. */
function withCompletion({ extensions, ...result }: ApolloResult): Fetched {
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
