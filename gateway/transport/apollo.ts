import type { GraphQLDataSource } from '@apollo/gateway';
import type { Data } from '../data.ts';
import type { Call } from '../request.ts';
import type { SubgraphError } from './answer.ts';
import { errorsAt, placesOf } from './failure.ts';
import type { Fetching } from './fetch.ts';
import { tellFilled } from './filled.ts';
import { uniqueRepresentations } from './representations.ts';

/** The transport as Apollo's executor calls it, which merges into what it is given and knows no repetitions. */
export const apolloDataSource =
  ({ shapeOf, ask }: Fetching) =>
  (subgraph: string): GraphQLDataSource => ({
    process: async (options) => {
      if (!('incomingRequestContext' in options)) return { data: {} };
      const { query = '', operationName, variables = {} } = options.request;
      const shape = shapeOf(query);
      const { all, sent, ...entities } = uniqueRepresentations(variables);
      const call = options.incomingRequestContext.context as Call;
      const body = JSON.stringify({ query, operationName, variables: entities.variables });
      const startedAt = performance.now();
      const { data, errors } = await ask({ subgraph, body, shape, sent, sharedBy: undefined, call });
      tellFilled(call.explanation, { subgraph, query, startedAt, path: options.pathInIncomingRequest });
      const missing = data === null ? placesOf(shape, all) : [];
      const told = entities
        .expandErrors(errors)
        .flatMap((error) =>
          missing.length > 0 && isAboutAll(error, all !== undefined)
            ? errorsAt(missing, error)
            : [{ path: [], ...error }],
        );
      const whole: Data | null = data === null ? null : structuredClone<Data>(data);
      if (whole !== null && shape.entityNames !== undefined)
        whole['_entities'] = entities.expandEntities(whole['_entities'] as unknown[]);
      return told.length === 0 ? { data: whole } : { data: whole, errors: told };
    },
  });

const isAboutAll = ({ path }: SubgraphError, isOfEntities: boolean): boolean =>
  path === undefined || (isOfEntities && (path[0] !== '_entities' || typeof path[1] !== 'number'));
