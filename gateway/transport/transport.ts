import type { Logger } from '@chorus/shared/log.ts';
import type { GraphQLSchema } from 'graphql';
import { readAnswer, type SubgraphAnswer } from './answer.ts';
import { cachingHeaders } from './caching.ts';
import { subgraphClient, type SubgraphClient } from './client.ts';
import { conform } from './conform.ts';
import { transportError } from './failure.ts';
import type { FetchAnswer, Fetching, SubgraphFetch } from './fetch.ts';
import { flights, unanswered, type Flight } from './flights.ts';
import { headersFor } from './headers.ts';
import { shapeReader } from './shape.ts';
import type { Target } from './target.ts';

export { apolloDataSource } from './apollo.ts';
export type { SubgraphError } from './answer.ts';
export type { CachingHeaders } from './caching.ts';
export type { FetchAnswer, Fetching, SubgraphFetch } from './fetch.ts';
export { tellFilled } from './filled.ts';
export { isOfRequest } from './headers.ts';
export { namesAsked, type FetchShape, type FieldShape } from './shape.ts';
export { targetOf, type Target } from './target.ts';

export interface TransportOptions {
  targets: ReadonlyMap<string, Target>;
  /** The supergraph with all its types, to know what answers must look like. */
  schema: GraphQLSchema;
  /** One subgraph request may take this long, and never longer than the client's deadline. */
  timeoutMs: number;
  log: Logger;
  /** Whether answers come with what their headers say of keeping them. */
  readsCaching?: boolean;
}

export interface Transport extends Fetching {
  stop: () => Promise<void>;
}

/** The way to the subgraphs: bounded in time and size, and always answering in a form that can be merged. */
export function transport(options: TransportOptions): Transport {
  const { targets, schema, timeoutMs, log, readsCaching = false } = options;
  const shapeOf = shapeReader(schema);
  const clients = new Map([...targets].map(([name, target]) => [name, subgraphClient(target, timeoutMs)]));
  const ask = flights(
    (flight) => send({ flight, client: clients.get(flight.fetch.subgraph), log, readsCaching }),
    timeoutMs,
  );
  return {
    shapeOf,
    ask,
    stop: async () => {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    },
  };
}

interface Question {
  flight: Flight;
  client: SubgraphClient | undefined;
  log: Logger;
  readsCaching: boolean;
}

/** Sends one request and reads its answer; whatever goes wrong becomes one code, and its cause goes to the log. */
async function send({ flight, client, log, readsCaching }: Question): Promise<FetchAnswer> {
  const { fetch, end, isOver } = flight;
  const { subgraph, call, body, shape } = fetch;
  try {
    if (client === undefined) throw new Error('no such subgraph');
    const signed = call.identity(subgraph);
    const identity = typeof signed === 'object' ? await signed : signed;
    const headers = headersFor(subgraph, call, identity, end - Date.now());
    const raw = await client.send({ body, headers, isOver, repeatable: !shape.mutation });
    const { session } = call;
    if (session?.subgraph === subgraph)
      [raw.headers['set-cookie'] ?? []].flat().forEach((cookie) => session.set(cookie));
    const answer = merging(readAnswer(raw), fetch);
    const caching = readsCaching ? cachingHeaders(raw) : undefined;
    return caching === undefined ? answer : { ...answer, caching };
  } catch (error) {
    const level = flight.isDeserted && call.signal.aborted ? 'debug' : 'warn';
    log[level]({ error, subgraph, requestId: call.requestId }, 'subgraph request failed');
    return unanswered('SUBGRAPH_UNAVAILABLE');
  }
}

/** Checks the answer's form, and makes sure that nothing is missing silently. */
export function merging({ data, errors, tags }: SubgraphAnswer, { shape, sent }: SubgraphFetch): FetchAnswer {
  if (data === null) return { data, errors, tags };
  if (shape.entityNames !== undefined) {
    const list = data['_entities'];
    if (!Array.isArray(list) || list.length !== sent)
      return errors.length > 0 ? { data: null, errors } : unanswered('SUBGRAPH_UNAVAILABLE');
  }
  const known = new Set(errors.map(({ path }) => String(path)));
  const faults = conform(data, shape)
    .filter((path) => !known.has(String(path)))
    .map((path) => ({ ...transportError('SUBGRAPH_UNAVAILABLE'), path }));
  return { data, errors: faults.length === 0 ? errors : [...errors, ...faults], tags };
}
