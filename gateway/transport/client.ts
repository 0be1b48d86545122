import { Links } from './links.ts';
import { Question, type RawAnswer, type Sending } from './question.ts';
import type { Target } from './target.ts';

export interface SubgraphClient {
  /** @throws TimedOut when nobody waits any longer, Overloaded when too many wait already, or the network's own error. */
  send: (sending: Sending) => Promise<RawAnswer>;
  stop: () => Promise<void>;
}

/** So many were as fast as could be; a connection's answers come in order, so a slow one holds at most the rest. */
const MOST_PIPELINED = 64;

/** Kept connections to one subgraph; answers are bounded in time and size, and redirects are not followed. */
export function subgraphClient(target: Target, timeoutMs: number): SubgraphClient {
  const queries = new Links({ target, timeoutMs, depth: MOST_PIPELINED });
  const mutations = new Links({ target, timeoutMs, depth: 1 });
  return {
    send: (sending) => {
      const links = sending.repeatable ? queries : mutations;
      const question = new Question(sending, () => links.send(question, 'afresh'));
      links.send(question, 'anywhere');
      return question.answer;
    },
    stop: async () => {
      await Promise.all([queries.stop(), mutations.stop()]);
    },
  };
}
