import { expect, vi } from 'vitest';
import { shopOfMany } from '../testing-shop.ts';
import { redisServer, type TestRedis } from './testing-redis.ts';

/** For what comes by itself, on a machine that may be slow. */
export const SOON = { timeout: 30_000, interval: 20 };

type Shop = Awaited<ReturnType<typeof shopOfMany>>;
export type Gateway = Awaited<ReturnType<Shop['open']>>;

/** Waits until a gateway hears the others: it serves nothing that is kept before. */
export const untilHeard = (...gateways: Gateway[]): Promise<void> =>
  vi.waitFor(async () => {
    for (const { ask } of gateways) {
      await ask('{ hello }');
      expect((await ask('{ hello }')).shop).toBe(0);
    }
  }, SOON);

/** Waits until so many values of everybody, or of tenants, lie in Redis, besides what `untilHeard` asks for. */
export const untilKept = (redis: TestRedis, count: number, owner: 'public' | 'tenant' = 'public') =>
  vi.waitFor(async () => {
    const keys = (await redis.run('KEYS', `chorus:cache:1:${owner}*`)) as string[];
    expect(keys.length).toBe(owner === 'public' ? count + 1 : count);
  }, SOON);

/** A shop behind gateways that hear each other over a Redis of their own, with the times an operator gets. */
export const twoGateways = (...settings: string[]) => gatewaysWith({}, settings);

/** So much patience that no slow machine can make a gateway ask what another one has. */
export const PATIENT = { timeoutMs: 30_000, silentMs: 30_000 };

/** The same with patience. */
export const patientGateways = () => gatewaysWith(PATIENT, []);

/** The same of a shop of somebody who knows no `@fieldCache`, with headers for all that it answers. */
export const foreignGateways = (headers: Record<string, string>) => gatewaysWith(PATIENT, [], headers);

async function gatewaysWith(
  times: { timeoutMs?: number; silentMs?: number },
  settings: string[],
  headers?: Record<string, string>,
) {
  const redis = await redisServer(...settings);
  const { open: openAt, ...hands } = await shopOfMany(headers !== undefined);
  for (const said of Object.values(hands.says)) Object.assign(said, headers);
  const config = { redis: { url: redis.url, timeoutMs: 25, silentMs: 900, ...times } };
  const open = (options = {}) => openAt({ config, ...options });
  const [one, other] = await Promise.all([open(), open()]);
  await untilHeard(one, other);
  return { redis, open, one, other, ...hands };
}

/**
 * Asks until the answer is another one than it was. Whatever is asked a second after that was told has to be answered so,
 * however long this machine takes.
 */
export async function changedWithinASecond<T>(
  answer: () => Promise<T>,
  wasBefore: (answered: T) => boolean,
): Promise<T> {
  const told = performance.now();
  for (;;) {
    const asked = performance.now();
    const answered = await answer();
    if (!wasBefore(answered)) return answered;
    expect(asked - told).toBeLessThan(1_000);
  }
}
