import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 8;

/**
 * Every writer takes its locks in the order of ids, but copies of a post with other times have other ids, so two can
 * still wait for each other; the one that the database ends goes again.
 */
export async function unlessDeadlocked<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
      await sleep(Math.random() * 20 * attempt);
    }
  }
}

const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === '40P01') || isDeadlock(error.cause));
