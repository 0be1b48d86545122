import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { FirstWord, PlannerAnswer, PlannerData, Question } from './planner-thread.ts';

/** The thread that plans: one question, one answer, beginning with the word that it is ready or why it cannot be. */
function begin({ supergraphSdl, config }: PlannerData): void {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, config);
  parentPort?.on('message', (question: Question) =>
    parentPort?.postMessage(answer(question, schema, planner)),
  );
  parentPort?.postMessage('ready' satisfies FirstWord);
}

function answer({ text, operationName }: Question, schema: Schema, planner: QueryPlanner): PlannerAnswer {
  try {
    const document = parse(text, { noLocation: true });
    const name = operationName === undefined ? {} : { operationName };
    // Text is quicker to hand over than a tree, and its length tells what the plan takes up.
    return { plan: JSON.stringify(planner.buildQueryPlan(operationFromDocument(schema, document, name))) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  begin(workerData as PlannerData);
} catch (error) {
  parentPort?.postMessage({ refused: messageOf(error) } satisfies FirstWord);
}
// New operations may wait a little where processors are scarce; those that are running may not. Elsewhere than on Linux
// a priority is the whole process's.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
