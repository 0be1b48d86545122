import type { executeQueryPlan } from '@apollo/gateway';
import type { Logger } from '@chorus/shared/log.ts';
import { print } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Execution } from '../request.ts';
import { plannedDocument } from './conditions.ts';
import { inTurns } from './in-turns.ts';
import { plannerThread, type PlannerData, type PlannerThread, type Question } from './planner-thread.ts';

export type QueryPlan = Parameters<typeof executeQueryPlan>[0];

/** An operation and what its plan is kept under. */
export interface PlannedOperation extends Question {
  key: string;
}

/** Plans operations away from the event loop, each one once. */
export interface Planning extends Pick<PlannerThread, 'ready' | 'stop'> {
  /**
   * The plan; undefined while there is no thread to make it, when the caller has to.
   * @throws AppError when the client has too much waiting, or nobody waits for the answer any more
   */
  plan: (execution: Execution) => Promise<QueryPlan | undefined>;
  /** What was asked for most. */
  hottest: (count: number) => PlannedOperation[];
  /** Plans what another supergraph was asked for; what does not fit this one is left out. */
  warm: (operations: readonly PlannedOperation[]) => Promise<void>;
}

const MOST_PLANS = 2000;
const MOST_BYTES = 128 * 1024 * 1024;
/** A plan in memory takes 1.3 to 1.7 times the bytes of its JSON text. */
const MEMORY_FACTOR = 2;
const MOST_WAITING_PER_CLIENT = 200;
/** No client is called so: members and keys have a space in theirs, others have addresses. */
const WARMING = 'warming';

interface Kept {
  plan: QueryPlan;
  operation: PlannedOperation;
  uses: number;
}

export function planning(data: PlannerData, log: Logger): Planning {
  const { ask, ready, stop } = plannerThread(data, log);
  const plans = new LRUCache<string, Kept>({ max: MOST_PLANS, maxSize: MOST_BYTES });
  const make = inTurns(MOST_WAITING_PER_CLIENT, async (operation: PlannedOperation) => {
    const began = performance.now();
    const answer = await ask(operation);
    if (answer === undefined) return undefined;
    if ('failure' in answer) throw new Error(`the operation cannot be planned: ${answer.failure}`);
    const plan = JSON.parse(answer.plan) as QueryPlan;
    const size = MEMORY_FACTOR * answer.plan.length + operation.text.length + 1024;
    plans.set(operation.key, { plan, operation, uses: 1 }, { size });
    log.debug({ ms: performance.now() - began, bytes: answer.plan.length }, 'operation planned');
    return plan;
  });
  return {
    ready,
    stop,
    plan: async ({ document, name, queryHash, client, call }) => {
      const key = `${queryHash} ${name ?? ''}`;
      const kept = plans.get(key);
      if (kept === undefined) {
        return make(
          { key, text: print(plannedDocument(document)), operationName: name },
          client,
          call.signal,
        );
      }
      kept.uses += 1;
      return kept.plan;
    },
    hottest: (count) =>
      [...plans.values()]
        .toSorted((a, b) => b.uses - a.uses)
        .slice(0, count)
        .map(({ operation }) => operation),
    warm: async (operations) => {
      await Promise.allSettled(operations.map((operation) => make(operation, WARMING)));
    },
  };
}
