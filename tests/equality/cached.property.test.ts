import { isDeepStrictEqual } from 'node:util';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { byHand } from '../../gateway/cache/redis/testing-by-hand.ts';
import { hasRedis, redisServer, whySkipped } from '../../gateway/cache/redis/testing-redis.ts';
import type { SharedValues } from '../../gateway/cache/shared-values.ts';
import { differenceOfData } from './compare.ts';
import { answeringOf, plannedOf } from './duel.ts';
import { contestOn, groundOf } from './equality.ts';
import type { Ran } from './executors.ts';
import { Counts } from './kinds.ts';
import { isRacing } from './racing.ts';
import type { Answering } from './subgraphs.ts';
import { numberOf } from './world.ts';

const SOUND = { seed: '', percent: 0 };
const chosen = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

/** Errors by place and text; when they are told depends on what had to be asked. */
const toldBy = ({ fetched }: Ran): string[] =>
  (fetched.errors ?? []).map(({ path, message }) => JSON.stringify([path, message])).toSorted();

function differs(cached: Ran, uncached: Ran): string | undefined {
  const found = differenceOfData(cached, uncached);
  if (found !== undefined || isDeepStrictEqual(toldBy(cached), toldBy(uncached))) return found;
  return JSON.stringify([toldBy(cached), toldBy(uncached)]);
}

/** Of some questions the answer may not be kept, and of some only for the one who asks. */
const toldFor = (question: string): string =>
  ['public', 'private, max-age=60', 'no-store'][numberOf(question) % 3] ?? '';

/** The same answers, with headers. */
const withHeaders =
  (answering: Answering): Answering =>
  async (subgraph, query, variables) => {
    const answer = await answering(subgraph, query, variables);
    const headers = { ...answer.headers, 'cache-control': toldFor(`${subgraph} ${query}`) };
    return { ...answer, headers };
  };

/** Milliseconds for which fields are kept: not at all, ended when the last run begins, soon to end then, and long. */
const AGES = [undefined, 1_000, 2_000, 60_000];

/** Runs generated operations with and without a cache; of some fields, or of some answers, the cache keeps nothing. */
async function compareCached(
  operations: number,
  seed: number,
  by: 'schema' | 'headers',
  shared?: SharedValues,
) {
  const counts = new Counts();
  const found: string[] = [];
  const asked = { cold: 0, warm: 0, later: 0 };
  for (let n = 0; counts.get('operations') < operations; n += 1) {
    const ground = groundOf(`${seed}.${n}`, counts);
    if (ground === undefined) continue;
    for (let m = 0; m < 20; m += 1) {
      const contest = contestOn(ground, m);
      const planned = contest && plannedOf(contest);
      if (contest === undefined || planned === undefined) continue;
      if (isRacing(planned.plan)) continue;
      const { name, text, field, variables } = contest;
      const answering = answeringOf(contest, SOUND, () => undefined, counts);
      const ageOfSchema = (coordinate: string) => AGES[numberOf(`${name} ${coordinate}`) % AGES.length];
      const ageOf = by === 'schema' ? ageOfSchema : undefined;
      const uncached = await field.ours(planned, variables, answering);
      const cached = await field.cached(planned, variables, withHeaders(answering), ageOf, shared);
      if (uncached === undefined || cached === undefined) continue;
      counts.add('operations');
      asked.cold += cached[0].sent.length;
      asked.warm += cached[1].sent.length;
      asked.later += cached[2].sent.length;
      for (const ran of cached) {
        const difference = differs(ran, uncached);
        if (difference !== undefined)
          found.push(`${name} ${text}\n${JSON.stringify(variables)}\n${difference}`);
      }
    }
  }
  return { found, asked };
}

test.each([
  [150, 1, 'schema'],
  [50, chosen, 'schema'],
  [150, 1, 'headers'],
  [50, chosen, 'headers'],
] as const)(
  '%i generated operations are answered alike with a cold cache, a warm one, an older one and none (seed %i, policies by %s)',
  { timeout: 120_000 },
  async (operations, seed, by) => {
    const { found, asked } = await compareCached(operations, seed, by);
    expect(found.slice(0, 3)).toEqual([]);
    expect(asked.warm).toBeLessThan(asked.cold);
    expect(asked.later).toBeLessThan(asked.cold);
    expect(asked.later > asked.warm).toBe(by === 'schema');
  },
);

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test(`a gateway that finds what another one has kept answers like one without a cache (seed ${chosen})`, async () => {
    const { read, values } = byHand(await redisServer());
    await read();
    const find: SharedValues['find'] = async (wanted, tags) => {
      // Values are written behind the answer.
      await turn();
      return values.find(wanted, tags);
    };
    const shared = { mark: values.mark, add: values.add, find };
    const { found, asked } = await compareCached(60, chosen, 'schema', shared);
    expect(found.slice(0, 3)).toEqual([]);
    expect(asked.warm).toBeLessThan(asked.cold);
  });
});
