import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

type Closer = () => unknown;

const lifetime = new AsyncLocalStorage<Closer[]>();

/** Closes what a test started when the test ends, or when the lifetime ends inside which it was started. */
export function whenFinished(closer: Closer): void {
  const closers = lifetime.getStore();
  if (closers === undefined) onTestFinished(async () => void (await closer()));
  else closers.push(closer);
}

/** Starts something that may live longer or shorter than one test; `end` closes the last thing first. */
export async function untilEnded<T>(
  start: () => Promise<T>,
): Promise<{ started: T; end: () => Promise<void> }> {
  const closers: Closer[] = [];
  const end = async () => {
    for (const closer of closers.toReversed()) await closer();
  };
  return { started: await lifetime.run(closers, start), end };
}

/** Starts once what all tests of the surrounding `describe` use. */
export function sharedByTests<T>(start: () => Promise<T>): () => T {
  let running: Awaited<ReturnType<typeof untilEnded<T>>> | undefined;
  beforeAll(async () => {
    running = await untilEnded(start);
  });
  afterAll(() => running?.end());
  return () => {
    if (running === undefined) throw new Error('not started yet');
    return running.started;
  };
}
