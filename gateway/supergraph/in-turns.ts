import { AppError } from '@chorus/shared/errors.ts';
import { fairQueue } from './fair-queue.ts';

/** Something to be done; equal keys mean the same thing. */
interface Task {
  key: string;
}

export type InTurns<Job extends Task, Result> = (
  task: Job,
  client: string,
  signal?: AbortSignal,
) => Promise<Result>;

interface Pending<Job, Result> {
  task: Job;
  /** How many wait for it. */
  wanted: number;
  done: PromiseWithResolvers<Result>;
}

/**
 * Does one task at a time, each only once for all who want it, and takes turns between clients. A task that everybody
 * stopped waiting for is not begun.
 * @throws AppError when the client has too much waiting, or its request is over
 */
export function inTurns<Job extends Task, Result>(
  mostPerClient: number,
  perform: (task: Job) => Promise<Result>,
): InTurns<Job, Result> {
  const all = new Map<string, Pending<Job, Result>>();
  const queue = fairQueue<Pending<Job, Result>>(mostPerClient);
  let current: Pending<Job, Result> | undefined;

  const work = async () => {
    if (current !== undefined) return;
    for (current = queue.next(); current !== undefined; current = queue.next()) {
      const { done, task } = current;
      await perform(task).then(done.resolve, done.reject);
      all.delete(task.key);
    }
  };
  const leave = (pending: Pending<Job, Result>) => {
    pending.wanted -= 1;
    if (pending.wanted > 0 || pending === current) return;
    queue.remove(pending);
    if (all.get(pending.task.key) === pending) all.delete(pending.task.key);
  };
  return async (task, client, signal) => {
    if (signal?.aborted === true) throw new AppError('DEADLINE_EXCEEDED');
    const pending = all.get(task.key) ?? pendingOf(task);
    if (pending !== current && !queue.add(client, pending)) throw new AppError('OVERLOADED');
    all.set(task.key, pending);
    pending.wanted += 1;
    void work();
    return unlessAborted(pending.done.promise, signal).finally(() => leave(pending));
  };
}

function pendingOf<Job, Result>(task: Job): Pending<Job, Result> {
  const done = Promise.withResolvers<Result>();
  // Whoever waited may have gone away by then.
  done.promise.catch(() => undefined);
  return { task, wanted: 0, done };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const end = () => reject(new AppError('DEADLINE_EXCEEDED'));
    signal.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
