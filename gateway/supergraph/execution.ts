import type { ApolloGateway } from '@apollo/gateway';
import type { GraphQLSchema } from 'graphql';
import type { Call, Generation } from '../request.ts';

type ApolloExecutor = ApolloGateway['executor'];
type ApolloRequest = Parameters<ApolloExecutor>[0];

/**
 * Runs prepared operations with Apollo's own executor. The plan is cached under our hash of the document, so a
 * changed document never finds the plan of the original.
 */
export function executorOf(
  executor: ApolloExecutor,
  schema: GraphQLSchema,
  logger: ApolloRequest['logger'],
): Generation['execute'] {
  return ({ document, operation, name, queryHash, variables, call }) =>
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
    });
}

/** Part of the interface; only Apollo Server's plugins use it. */
const NO_CACHE: ApolloRequest['cache'] = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};
