import { describe, expect, test, vi } from 'vitest';
import { patientGateways, SOON } from './testing-gateways.ts';
import { hasRedis, whySkipped } from './testing-redis.ts';

const SHOP = [{ kind: 'subgraph', subgraph: 'shop' }];
/** Another operation that asks the subgraph for the same. */
const ALIKE = '{ motto } ';

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test('an answer that was on the way when its value was invalidated is not joined by a request that waited for Redis meanwhile', async () => {
    const { redis, one, hold } = await patientGateways();
    const invalidated = async () =>
      Number(/^chorus_cache_invalidations_total (\d+)$/m.exec(await one.metrics())?.[1]);
    for (const query of ['{ motto }', ALIKE, '{ uncached }']) await one.ask(query);
    await one.invalidate(SHOP);
    const before = await invalidated();
    const { arrived, release } = hold('motto');
    const first = one.ask('{ motto }');
    await arrived;
    redis.freeze();
    const second = one.ask(ALIKE);
    // By then the one before is at Redis.
    for (let n = 0; n < 5; n += 1) await one.ask('{ uncached }');
    const invalidating = one.invalidate(SHOP);
    await vi.waitFor(async () => expect(await invalidated()).toBeGreaterThan(before), SOON);
    redis.thaw();
    expect(await invalidating).toMatchObject({ status: 202 });
    expect((await second).data).toEqual({ motto: 'motto 3' });
    release();
    expect((await first).data).toEqual({ motto: 'motto 2' });
    expect((await one.ask('{ motto }')).data).toEqual({ motto: 'motto 3' });
  });
});
