import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, onTestFinished } from 'vitest';

type Closer = () => unknown;

const lifetime = new AsyncLocalStorage<Closer[]>();

/** Closes what a test started when the test ends, or when the lifetime ends inside which it was started. */
export function whenFinished(closer: Closer): void {
  const closers = lifetime.getStore();
  if (closers === undefined) onTestFinished(async () => void (await closer()));
  else closers.push(closer);
}

/** Starts something that lives longer or shorter than one test; `end` closes the last thing first. */
export async function untilEnded<T>(
  start: () => Promise<T>,
): Promise<{ started: T; end: () => Promise<void> }> {
  const closers: Closer[] = [];
  const end = async () => {
    for (const closer of closers.toReversed()) await closer();
  };
  return { started: await lifetime.run(closers, start), end };
}

/** Starts for each key once what several tests of the file use; everything ends after the last of them. */
export function keptForTests<K, T>(start: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const running = new Map<K, ReturnType<typeof untilEnded<T>>>();
  afterAll(async () => {
    for (const one of running.values()) await (await one).end();
  });
  return async (key) => {
    const one = running.get(key) ?? untilEnded(() => start(key));
    running.set(key, one);
    return (await one).started;
  };
}
