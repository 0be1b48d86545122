import { expect, vi } from 'vitest';
import { whenFinished } from '../../testing-lifetime.ts';
import type { Forgetting } from '../forget.ts';
import { Connection } from './connection.ts';
import { Log } from './log.ts';
import type { TestRedis } from './testing-redis.ts';
import { RedisValues } from './values.ts';

const SOON = { timeout: 30_000, interval: 10 };

/** A gateway's side of Redis that reads the log only when the test says so. */
export function byHand({ url }: TestRedis) {
  const [reader, writer] = [new Connection(url), new Connection(url)];
  for (const connection of [reader, writer]) {
    connection.open();
    whenFinished(() => connection.close());
  }
  const log = new Log(reader, writer);
  const values = new RedisValues({ connection: writer, log, timeoutMs: 30_000, isHeard: () => true });
  const heard: Forgetting[] = [];
  const read = () =>
    vi.waitFor(async () => {
      const { isAll } = await log.turn((forgettings) => void heard.push(...forgettings));
      expect(isAll).toBe(true);
    }, SOON);
  return { log, values, heard, read };
}
