import { describe, expect, test } from 'vitest';
import { whenFinished } from '../../testing-lifetime.ts';
import { checkPrivacy } from '../privacy/run.ts';
import { hasRedis, redisServer, whySkipped } from './testing-redis.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? 1);
/** Within that what one gateway forgets all have forgotten. */
const spreadMs = 1_000;
const timeout = 300_000;

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test(
    `of several gateways none answers with what is for others, nor with what was forgotten a second before (seed ${seed})`,
    { timeout },
    async () => {
      const { url, run } = await redisServer();
      const env = { REDIS_URL: url, REDIS_TIMEOUT_MS: '1000' };
      const { asked, found } = await checkPrivacy({
        seed,
        requests: 1_000,
        gateways: 3,
        env,
        spreadMs,
      });
      expect(asked).toBeGreaterThan(700);
      expect(found.fields).toBeGreaterThan(20);
      // What is found kept is of other gateways as well.
      const hits = Number(/keyspace_hits:(\d+)/.exec(String(await run('INFO', 'stats')))?.[1]);
      expect(hits).toBeGreaterThan(20);
    },
  );

  test(`that holds while Redis loses everything now and then (seed ${seed})`, { timeout }, async () => {
    const { url, run } = await redisServer();
    const flushing = setInterval(() => void run('FLUSHALL').catch(() => undefined), 700);
    whenFinished(() => clearInterval(flushing));
    const { asked } = await checkPrivacy({
      seed,
      requests: 500,
      gateways: 2,
      env: { REDIS_URL: url },
      spreadMs,
    });
    expect(asked).toBeGreaterThan(300);
  });
});
