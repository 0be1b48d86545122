import { setImmediate } from 'node:timers/promises';
import type { GraphQLDataSource } from '@apollo/gateway';
import { apolloDataSource } from '../../gateway/transport/apollo.ts';
import { readAnswer } from '../../gateway/transport/answer.ts';
import { cachingHeaders } from '../../gateway/transport/caching.ts';
import type { RawAnswer } from '../../gateway/transport/question.ts';
import { transportError } from '../../gateway/transport/failure.ts';
import {
  merging,
  type FetchAnswer,
  type Fetching,
  type SubgraphFetch,
} from '../../gateway/transport/transport.ts';
import { sorted } from './world.ts';

/** What a subgraph answers a request with. */
export type Answering = (
  subgraph: string,
  query: string,
  variables: Record<string, unknown>,
) => Promise<RawAnswer>;

interface Waiting {
  key: string;
  go: () => void;
}

/** Lets answers go one by one, in an order that depends on nothing but what was asked. */
function inOrder(): (key: string) => Promise<void> {
  const waiting: Waiting[] = [];
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    await setImmediate();
    while (waiting.length > 0) {
      waiting.sort((one, other) => (one.key < other.key ? 1 : -1));
      waiting.pop()?.go();
      await setImmediate();
    }
    isRunning = false;
  };
  return (key) =>
    new Promise((go) => {
      waiting.push({ key, go });
      if (!isRunning) void run();
    });
}

/** The subgraphs of one run, as either executor reaches them. */
export interface Subgraphs extends Fetching {
  /** For Apollo's executor the same answers, */
  conformed: (subgraph: string) => GraphQLDataSource;
  /** or what subgraphs really say. */
  bare: (subgraph: string) => GraphQLDataSource;
  /** Every request in a form that can be compared. */
  sent: string[];
}

/** Answers come through the same checks as those that came over a network. */
export function subgraphsOf(shapeOf: Fetching['shapeOf'], answering: Answering): Subgraphs {
  const sent: string[] = [];
  const turn = inOrder();
  const raw = async (subgraph: string, body: string): Promise<RawAnswer> => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const key = JSON.stringify([subgraph, query, sorted(variables)]);
    sent.push(key);
    const [answer] = await Promise.all([answering(subgraph, query, variables), turn(key)]);
    return answer;
  };
  const ask = async (fetch: SubgraphFetch): Promise<FetchAnswer> => {
    const answer = await raw(fetch.subgraph, fetch.body);
    try {
      // Others may have the same answer.
      return frozen({ ...merging(readAnswer(answer), fetch), caching: cachingHeaders(answer) });
    } catch {
      return { data: null, errors: [transportError('SUBGRAPH_UNAVAILABLE')] };
    }
  };
  const bare = (subgraph: string): GraphQLDataSource => ({
    process: async ({ request: { query, variables } }) =>
      JSON.parse((await raw(subgraph, JSON.stringify({ query, variables }))).text) as object,
  });
  return { shapeOf, ask, conformed: apolloDataSource({ shapeOf, ask }), bare, sent };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
