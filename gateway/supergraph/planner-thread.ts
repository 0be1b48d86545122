import { Worker } from 'node:worker_threads';
import type { ApolloGateway } from '@apollo/gateway';
import { AppError } from '@chorus/shared/errors.ts';
import type { Logger } from '@chorus/shared/log.ts';

type GatewayConfig = NonNullable<ConstructorParameters<typeof ApolloGateway>[0]>;
export type PlannerConfig = NonNullable<GatewayConfig['queryPlannerConfig']>;

/** What a planner is made of. */
export interface PlannerData {
  supergraphSdl: string;
  config: PlannerConfig;
}

/** An operation to plan. */
export interface Question {
  /** The document. */
  text: string;
  operationName: string | undefined;
}

/** The plan as JSON, or why there is none. */
export type PlannerAnswer = { plan: string } | { failure: string };

/** What a thread says of itself: a supergraph can be one that nobody can plan with. */
export type FirstWord = 'ready' | { refused: string };

export interface PlannerThread {
  /**
   * Resolves when the first question would be answered at once, or it turned out that there is no thread.
   * @throws Error when the supergraph cannot be planned with
   */
  ready: () => Promise<void>;
  /**
   * Plans one operation; the next may be asked for when this is answered. Undefined while no thread can be started.
   * @throws AppError when planning takes too long
   */
  ask: (question: Question) => Promise<PlannerAnswer | undefined>;
  stop: () => Promise<void>;
}

/** An ordinary operation takes milliseconds; whoever waits behind this one should not wait longer. */
const LONGEST_MS = 5000;
/** Far more than a planner needs; a document that asks for more costs the thread, not the process. */
const MOST_MEGABYTES = 1024;
/** Its new objects; a planner that nobody asks anything should not hold on to room for many. */
const MOST_YOUNG_MEGABYTES = 8;
const ATTEMPTS = 2;
const PAUSE_AFTER_FAILED_START_MS = 1000;

/** A planner in a thread of its own, which is started again when it dies. */
export function plannerThread(data: PlannerData, log: Logger, longestMs = LONGEST_MS): PlannerThread {
  let stopped = false;
  let refused: string | undefined;
  let failedAt = -Infinity;
  let worker: Worker | undefined;
  let ready: Promise<Worker | undefined> | undefined;

  const begin = async (started: Worker): Promise<Worker | undefined> => {
    if ((await firstWordOf(started)) === 'ready') return started;
    await started.terminate();
    return undefined;
  };
  const start = () => {
    const started = threadOf(data);
    worker = started;
    let isReady = false;
    started.on('error', (error) => log.error({ error }, 'planner thread failed'));
    // At once, because a thread's last message and its end can come in one turn.
    started.once('message', (word: FirstWord) => {
      if (word === 'ready') isReady = true;
      else ({ refused } = word);
    });
    started.once('exit', () => {
      ready = undefined;
      if (stopped || (!isReady && refused !== undefined)) return;
      log.error('planner thread ended; another one is started');
      if (isReady) void start();
      else failedAt = performance.now();
    });
    return (ready = begin(started));
  };
  const running = async () => {
    if (stopped || refused !== undefined || performance.now() - failedAt < PAUSE_AFTER_FAILED_START_MS)
      return undefined;
    return ready ?? start();
  };
  const first = start();
  return {
    ready: async () => {
      await first;
      if (refused !== undefined) throw new Error(refused);
    },
    ask: (question) => insisting(running, question, longestMs),
    stop: async () => {
      stopped = true;
      await worker?.terminate();
    },
  };
}

/** Asks the next thread when one dies over the question. */
async function insisting(
  running: () => Promise<Worker | undefined>,
  question: Question,
  longestMs: number,
): Promise<PlannerAnswer | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const thread = await running();
    if (thread === undefined) return undefined;
    const answer = await exchange(thread, question, longestMs);
    if (answer !== undefined) return answer;
  }
  throw new Error('the planner thread died over this operation each time');
}

/** Undefined when the thread ends without a word. */
const firstWordOf = (worker: Worker): Promise<FirstWord | undefined> =>
  new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', () => resolve(undefined));
  });

const threadOf = (data: PlannerData): Worker =>
  new Worker(new URL('./planner.worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: {
      maxOldGenerationSizeMb: MOST_MEGABYTES,
      maxYoungGenerationSizeMb: MOST_YOUNG_MEGABYTES,
    },
  });

/** Undefined when the thread dies before it answers. */
function exchange(worker: Worker, question: Question, longestMs: number): Promise<PlannerAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const end = (answer?: PlannerAnswer) => {
      clearTimeout(timer);
      worker.off('message', end);
      worker.off('exit', died);
      resolve(answer);
    };
    const died = () => end();
    const timer = setTimeout(() => {
      reject(new AppError('COST_TOO_HIGH', 'This operation takes too long to plan.'));
      void worker.terminate();
    }, longestMs);
    worker.on('message', end);
    worker.on('exit', died);
    worker.postMessage(question);
  });
}
