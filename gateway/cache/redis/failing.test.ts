import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@chorus/shared/log.ts';
import { describe, expect, test, vi } from 'vitest';
import { whenFinished } from '../../testing-lifetime.ts';
import { shopOfMany } from '../testing-shop.ts';
import {
  changedWithinASecond,
  SOON,
  twoGateways,
  untilHeard,
  untilKept,
  type Gateway,
} from './testing-gateways.ts';
import { redisServer, hasRedis, whySkipped } from './testing-redis.ts';

const motto = async ({ ask }: Gateway): Promise<string> => (await ask('{ motto }')).data.motto;
const MOTTOS = [{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: 'mottos' }];

/** Two gateways that both have the motto, which is then old. */
async function withMotto(...settings: string[]) {
  const gateways = await twoGateways(...settings);
  const { redis, one, other } = gateways;
  const old = new Set([await motto(one)]);
  await untilKept(redis, 1);
  old.add(await motto(other));
  return { ...gateways, isOld: (answered: string) => old.has(answered) };
}

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test('without Redis answers stay right, and what was forgotten meanwhile is forgotten everywhere when it is back', async () => {
    const { redis, one, other, isOld } = await withMotto();
    await redis.kill();
    expect(await one.invalidate(MOTTOS)).toEqual({
      status: 503,
      body: { count: 1, error: 'Done here; other gateways are told as soon as Redis is back.' },
    });
    expect(await motto(one)).not.toSatisfy(isOld);
    await changedWithinASecond(() => motto(other), isOld);
    await redis.start();
    await untilHeard(one, other);
    for (const gateway of [one, other]) expect(await motto(gateway)).not.toSatisfy(isOld);
  });

  test('while Redis is frozen nobody waits for it, and what is told meanwhile is known when it goes on', async () => {
    const { redis, one, other, isOld } = await withMotto();
    redis.freeze();
    const took = await Promise.all(
      ['Ann', 'Bob', 'Cy'].map(async (name) => {
        const began = performance.now();
        const { data } = await other.ask('query ($name: String!) { greet(name: $name) }', { name });
        expect(data).toEqual({ greet: `greet ${name} 1` });
        return performance.now() - began;
      }),
    );
    expect(Math.min(...took)).toBeLessThan(900);
    expect(await one.invalidate(MOTTOS)).toMatchObject({ status: 503 });
    await changedWithinASecond(() => motto(other), isOld);
    redis.thaw();
    await untilHeard(one, other);
    for (const gateway of [one, other]) expect(await motto(gateway)).not.toSatisfy(isOld);
  });

  test('a flush makes all gateways forget, even what only was in the log, and they go on together', async () => {
    const { redis, one, other, isOld } = await withMotto();
    await Promise.all([one.invalidate(MOTTOS), redis.run('FLUSHALL')]);
    await changedWithinASecond(() => motto(other), isOld);
    await untilHeard(one, other);
    const before = await motto(one);
    expect(await other.invalidate(MOTTOS)).toMatchObject({ status: 202 });
    await changedWithinASecond(
      () => motto(one),
      (answered) => answered === before,
    );
  });

  test('a log that takes no more because memory is full goes, and with it all that was kept', async () => {
    const { redis, one, other, isOld } = await withMotto();
    await redis.run('CONFIG', 'SET', 'maxmemory', '1');
    expect(await one.invalidate(MOTTOS)).toMatchObject({ status: 202 });
    await changedWithinASecond(() => motto(other), isOld);
    await redis.run('CONFIG', 'SET', 'maxmemory', '0');
    await untilHeard(one, other);
    expect(await motto(other)).not.toSatisfy(isOld);
  });

  test('a Redis that comes back with what it held before is not believed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'chorus-redis-'));
    whenFinished(() => rmSync(dir, { recursive: true, force: true }));
    const { redis, one, open, isOld } = await withMotto('--dir', dir);
    await redis.run('SAVE');
    expect(await one.invalidate(MOTTOS)).toMatchObject({ status: 202 });
    await redis.kill();
    await redis.start();
    await untilKept(redis, 1);
    const third = await open();
    await untilHeard(third);
    expect(await motto(third)).not.toSatisfy(isOld);
  });

  test('a gateway starts and answers without Redis, says so once, and never tells the password', async () => {
    const redis = await redisServer();
    await redis.run('CONFIG', 'SET', 'requirepass', 'right horse');
    const url = (password: string) => redis.url.replace('//', `//:${password}@`);
    const log = createLog('test', 'silent');
    const [warned, informed] = [vi.spyOn(log, 'warn'), vi.spyOn(log, 'info')];
    const { open } = await shopOfMany();
    const wrong = await open({ log, env: { REDIS_URL: url('wrong%20horse') } });
    expect(await motto(wrong)).toBe('motto 1');
    expect(await motto(wrong)).toBe('motto 2');
    const said = () => warned.mock.calls.filter(([, words]) => String(words).startsWith('Redis is away'));
    await vi.waitFor(() => expect(said()).toHaveLength(1), SOON);
    expect(said()[0]?.[0]).toMatchObject({ error: { message: expect.stringContaining('WRONGPASS') } });
    const right = await open({ log, env: { REDIS_URL: url('right%20horse') } });
    await untilHeard(right);
    const errors = warned.mock.calls.map(([about]) => String((about as { error?: Error }).error?.stack));
    expect(JSON.stringify([errors, warned.mock.calls, informed.mock.calls])).not.toMatch(/horse/);
  });

  test('that Redis is away and back again is said once each', async () => {
    const redis = await redisServer();
    const log = createLog('test', 'silent');
    const said: unknown[] = [];
    for (const level of ['warn', 'info'] as const)
      vi.spyOn(log, level).mockImplementation((...words: unknown[]) => void said.push(words.at(-1)));
    const { open } = await shopOfMany();
    const one = await open({ log, env: { REDIS_URL: redis.url } });
    await untilHeard(one);
    await redis.kill();
    const away = 'Redis is away: nothing that is kept is served until it is back';
    await vi.waitFor(() => expect(said).toContain(away), SOON);
    for (let times = 0; times < 5; times += 1) await motto(one);
    await redis.start();
    await vi.waitFor(() => expect(said).toContain('Redis is back'), SOON);
    await untilHeard(one);
    expect(said.filter((words) => String(words).startsWith('Redis'))).toEqual([away, 'Redis is back']);
  });
});
