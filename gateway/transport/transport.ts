import type { GraphQLDataSource } from '@apollo/gateway';
import type { ErrorCode } from '@chorus/shared/errors.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { GraphQLSchema } from 'graphql';
import { readAnswer, type SubgraphAnswer } from './answer.ts';
import { subgraphClient, type SubgraphClient } from './client.ts';
import { conform } from './conform.ts';
import { apolloDataSource } from './apollo.ts';
import { transportError } from './failure.ts';
import type { FetchAnswer, Fetching, SubgraphFetch } from './fetch.ts';
import { headersFor } from './headers.ts';
import { TimedOut } from './question.ts';
import { shapeReader } from './shape.ts';
import type { Target } from './target.ts';

export type { SubgraphError } from './answer.ts';
export type { FetchAnswer, Fetching, SubgraphFetch } from './fetch.ts';
export { tellFilled } from './filled.ts';
export type { FetchShape, FieldShape } from './shape.ts';
export { targetOf, type Target } from './target.ts';

export interface TransportOptions {
  targets: ReadonlyMap<string, Target>;
  /** The supergraph with all its types, to know what answers must look like. */
  schema: GraphQLSchema;
  /** One subgraph request may take this long, and never longer than the client's deadline. */
  timeoutMs: number;
  log: Logger;
}

export interface Transport extends Fetching {
  /** The same for Apollo's executor. */
  dataSource: (subgraph: string) => GraphQLDataSource;
  stop: () => Promise<void>;
}

/** The way to the subgraphs: bounded in time and size, and always answering in a form that can be merged. */
export function transport({ targets, schema, timeoutMs, log }: TransportOptions): Transport {
  const shapeOf = shapeReader(schema);
  const clients = new Map([...targets].map(([name, target]) => [name, subgraphClient(target, timeoutMs)]));
  const ask = async (fetch: SubgraphFetch): Promise<FetchAnswer> => {
    const outcome = await send({ ...fetch, client: clients.get(fetch.subgraph), timeoutMs, log });
    return outcome.code === undefined ? merging(outcome.answer, fetch) : unanswered(outcome.code);
  };
  return {
    shapeOf,
    ask,
    dataSource: apolloDataSource({ shapeOf, ask }),
    stop: async () => {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    },
  };
}

interface Question extends SubgraphFetch {
  client: SubgraphClient | undefined;
  timeoutMs: number;
  log: Logger;
}

type Outcome = { code?: undefined; answer: SubgraphAnswer } | { code: ErrorCode };

/** Sends one request and reads its answer; whatever goes wrong becomes one code, and its cause goes to the log. */
async function send({ subgraph, client, call, body, timeoutMs, shape, log }: Question): Promise<Outcome> {
  const now = Date.now();
  const { deadline, signal, session } = call;
  const end = Math.min(deadline, now + timeoutMs);
  try {
    if (client === undefined) throw new Error('no such subgraph');
    if (end <= now || signal.aborted) return { code: 'DEADLINE_EXCEEDED' };
    const signed = call.identity(subgraph);
    const identity = typeof signed === 'object' ? await signed : signed;
    const raw = await client.send({
      body,
      headers: headersFor(subgraph, call, identity, end - now),
      isOver: () => signal.aborted || Date.now() >= end,
      repeatable: !shape.mutation,
    });
    if (session?.subgraph === subgraph) raw.setCookies.forEach((cookie) => session.set(cookie));
    return { answer: readAnswer(raw) };
  } catch (error) {
    log[signal.aborted ? 'debug' : 'warn'](
      { error, subgraph, requestId: call.requestId },
      'subgraph request failed',
    );
    const late = error instanceof TimedOut && (signal.aborted || Date.now() >= deadline);
    return { code: late ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE' };
  }
}

const unanswered = (code: ErrorCode): FetchAnswer => ({ data: null, errors: [transportError(code)] });

/** Checks the answer's form, and makes sure that nothing is missing silently. */
function merging({ data, errors }: SubgraphAnswer, { shape, sent }: SubgraphFetch): FetchAnswer {
  if (data === null) return { data, errors };
  if (shape.entityNames !== undefined) {
    const list = data['_entities'];
    if (!Array.isArray(list) || list.length !== sent)
      return errors.length > 0 ? { data: null, errors } : unanswered('SUBGRAPH_UNAVAILABLE');
  }
  const known = new Set(errors.map(({ path }) => String(path)));
  const faults = conform(data, shape)
    .filter((path) => !known.has(String(path)))
    .map((path) => ({ ...transportError('SUBGRAPH_UNAVAILABLE'), path }));
  return { data, errors: faults.length === 0 ? errors : [...errors, ...faults] };
}
