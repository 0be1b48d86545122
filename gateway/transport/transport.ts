import type { GraphQLDataSource } from '@apollo/gateway';
import type { ErrorCode } from '@chorus/shared/errors.ts';
import { IDENTITY_HEADER } from '@chorus/shared/identity.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { GraphQLSchema } from 'graphql';
import type { Call } from '../request.ts';
import { readAnswer, type SubgraphAnswer, type SubgraphError } from './answer.ts';
import { subgraphClient, TimedOut, type SubgraphClient } from './client.ts';
import { conform } from './conform.ts';
import { errorsAt, placesOf, transportError } from './failure.ts';
import { tellFilled } from './filled.ts';
import { uniqueRepresentations, type Representations } from './representations.ts';
import { shapeReader, type FetchShape } from './shape.ts';
import type { Target } from './target.ts';

export { targetOf, type Target } from './target.ts';

export interface TransportOptions {
  targets: ReadonlyMap<string, Target>;
  /** The supergraph with all its types, to know what answers must look like. */
  schema: GraphQLSchema;
  /** One subgraph request may take this long, and never longer than the client's deadline. */
  timeoutMs: number;
  log: Logger;
}

export interface Transport {
  dataSource: (subgraph: string) => GraphQLDataSource;
  stop: () => Promise<void>;
}

/** The way to the subgraphs: bounded in time and size, and always answering in a form the executor can merge. */
export function transport({ targets, schema, timeoutMs, log }: TransportOptions): Transport {
  const read = shapeReader(schema);
  const clients = new Map([...targets].map(([name, target]) => [name, subgraphClient(target)]));
  return {
    dataSource: (subgraph) => ({
      process: async (options) => {
        if (!('incomingRequestContext' in options)) return { data: {} };
        const { query = '', operationName, variables = {} } = options.request;
        const shape = read(query);
        const entities = uniqueRepresentations(variables);
        const call = options.incomingRequestContext.context as Call;
        const body = JSON.stringify({ query, operationName, variables: entities.variables });
        const startedAt = performance.now();
        const outcome = await ask({
          subgraph,
          client: clients.get(subgraph),
          call,
          body,
          timeoutMs,
          shape,
          log,
        });
        tellFilled(call.explanation, { subgraph, query, startedAt, path: options.pathInIncomingRequest });
        return outcome.code === undefined
          ? complete(outcome.answer, shape, entities)
          : failed(outcome.code, shape, entities);
      },
    }),
    stop: async () => {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    },
  };
}

interface Question {
  subgraph: string;
  client: SubgraphClient | undefined;
  call: Call;
  body: string;
  timeoutMs: number;
  shape: FetchShape;
  log: Logger;
}

type Outcome = { code?: undefined; answer: SubgraphAnswer } | { code: ErrorCode };

/** Sends one request and reads its answer; whatever goes wrong becomes one code, and its cause goes to the log. */
async function ask({ subgraph, client, call, body, timeoutMs, shape, log }: Question): Promise<Outcome> {
  const left = call.deadline - Date.now();
  try {
    if (client === undefined) throw new Error('no such subgraph');
    if (left <= 0 || call.signal.aborted) return { code: 'DEADLINE_EXCEEDED' };
    const headers = await headersFor(subgraph, call, Math.min(timeoutMs, left));
    const raw = await client.send({
      body,
      headers,
      timeoutMs: Math.min(timeoutMs, left),
      signal: call.signal,
      repeatable: !shape.mutation,
    });
    if (call.session?.subgraph === subgraph) raw.setCookies.forEach((cookie) => call.session?.set(cookie));
    return { answer: readAnswer(raw) };
  } catch (error) {
    const level = call.signal.aborted ? 'debug' : 'warn';
    log[level]({ error, subgraph, requestId: call.requestId }, 'subgraph request failed');
    const late = error instanceof TimedOut && (left <= timeoutMs || call.signal.aborted);
    return { code: late ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE' };
  }
}

async function headersFor(subgraph: string, call: Call, budgetMs: number): Promise<Record<string, string>> {
  const identity = await call.identity(subgraph);
  const session = call.session?.subgraph === subgraph ? call.session : undefined;
  return {
    ...call.forwarded,
    'content-type': 'application/json',
    accept: 'application/json',
    'chorus-request-id': call.requestId,
    'chorus-deadline-ms': String(Math.ceil(budgetMs)),
    ...(identity === undefined
      ? {}
      : {
          [IDENTITY_HEADER]: identity,
          'chorus-client-address': call.clientAddress,
          'chorus-scheme': call.scheme,
        }),
    ...(identity === undefined || call.userAgent === undefined
      ? {}
      : { 'chorus-user-agent': call.userAgent }),
    ...(session === undefined ? {} : { 'chorus-session-mode': 'cookie' }),
    ...(session?.cookie === undefined ? {} : { cookie: session.cookie }),
  };
}

function failed(code: ErrorCode, shape: FetchShape, { all }: Representations) {
  return { errors: errorsAt(placesOf(shape, all), transportError(code)) };
}

/** Checks the answer's form, gives repeated entities their copies, and makes sure that nothing is missing silently. */
function complete({ data, errors }: SubgraphAnswer, shape: FetchShape, entities: Representations) {
  const missing = placesOf(shape, entities.all);
  const told: SubgraphError[] = entities
    .expandErrors(errors)
    .flatMap((error) =>
      error.path === undefined && data === null ? errorsAt(missing, error) : [{ path: [], ...error }],
    );
  if (data === null) return { data: null, errors: told };
  if (shape.entities !== undefined) {
    const list = data['_entities'];
    const unusable = !Array.isArray(list) || list.length !== entities.sent;
    if (unusable) {
      const reported = told.length > 0 ? told : errorsAt(missing, transportError('SUBGRAPH_UNAVAILABLE'));
      return { data: null, errors: reported };
    }
  }
  const known = new Set(told.map(({ path }) => String(path)));
  const faults = conform(data, shape)
    .filter((path) => !known.has(String(path)))
    .map((path) => ({ ...transportError('SUBGRAPH_UNAVAILABLE'), path }));
  if (shape.entities !== undefined)
    data['_entities'] = entities.expandEntities(data['_entities'] as unknown[]);
  const all = [...told, ...entities.expandErrors(faults)];
  return all.length === 0 ? { data } : { data, errors: all };
}
