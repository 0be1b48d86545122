import { describe, expect, test } from 'vitest';
import type { Forgetting } from '../forget.ts';
import type { KeptField } from '../kept-field.ts';
import type { TagFormats } from '../tags.ts';
import { byHand } from './testing-by-hand.ts';
import { redisServer, hasRedis, whySkipped, type TestRedis } from './testing-redis.ts';

const NO_TAGS: TagFormats = { at: () => [], making: () => new Set() };
const FIELD: KeptField = {
  response: 'name',
  text: 'name',
  variables: [],
  policy: { scope: 'TENANT', maxAge: 60_000, swr: 0, sie: 0 },
  scopes: ['TENANT'],
  below: new Set(),
  formats: [],
  args: [],
  feeds: false,
  served: { hit: 0, stale: 0, miss: 0, bypass: 0 },
};
const ABOUT = { subgraph: 's', type: 'T', name: '{"id":"1"}' };
const WANTED = {
  owner: 'tenant t',
  record: 'record',
  about: ABOUT,
  key: 'name',
  field: FIELD,
  scope: 'TENANT',
} as const;
const EVERYTHING_OF_T: Forgetting = { owner: 'tenant t' };

/** The same with a value of one tenant. */
function keeping(redis: TestRedis) {
  const { values, ...hand } = byHand(redis);
  const find = async () => (await values.find([WANTED], NO_TAGS))[0]?.value;
  const keep = async (value: string, mark = values.mark()) => {
    const now = performance.now();
    const moments = {
      askedAt: now,
      freshUntil: now + 60_000,
      staleUntil: now + 60_000,
      errorUntil: now + 60_000,
    };
    const kept = {
      value,
      scope: 'TENANT' as const,
      ...moments,
      refreshing: false,
      below: new Set<string>(),
      tags: [],
      bytes: 1,
    };
    values.add(WANTED.owner, WANTED.record, new Map([['name', kept]]), mark);
    await redis.holds(`"${value}"`);
  };
  return { ...hand, values, find, keep };
}

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test('what a gateway has forgotten itself it does not find in Redis, even before it has read that in the log', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    for (const { read } of [one, other]) await read();
    await other.keep('old');
    expect(await one.find()).toBe('old');
    expect(await one.log.tell(EVERYTHING_OF_T)).toBe(true);
    expect(await one.find()).toBeUndefined();
    await one.read();
    expect(await one.find()).toBeUndefined();
    expect(await other.find()).toBe('old');
    await other.read();
    expect(await other.find()).toBeUndefined();
    await other.keep('new');
    expect(await one.find()).toBe('new');
  });

  test('what was asked for before an invalidation and written after it is found by nobody who has read of it', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    for (const { read } of [one, other]) await read();
    const asked = one.values.mark();
    await other.log.tell({ what: [{ kind: 'subgraph', subgraph: 's' }] });
    for (const { read } of [one, other]) await read();
    await one.keep('old', asked);
    for (const { find } of [one, other]) expect(await find()).toBeUndefined();
    await one.keep('of another subgraph');
    await other.log.tell({ what: [{ kind: 'subgraph', subgraph: 'elsewhere' }] });
    await other.read();
    expect(await other.find()).toBe('of another subgraph');
  });

  test('a gateway hears what others told and not what it told itself, each once', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    for (const { read } of [one, other]) await read();
    for (const { heard } of [one, other]) heard.length = 0;
    await one.log.tell(EVERYTHING_OF_T);
    await other.log.tell({});
    for (const { read } of [one, other, one, other]) await read();
    expect([one.heard, other.heard]).toEqual([[{}], [EVERYTHING_OF_T]]);
  });

  test('what could not be told is told before the log is read again', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    for (const { read } of [one, other]) await read();
    await redis.run('CLIENT', 'KILL', 'TYPE', 'normal');
    await Promise.all([one.log.tell(EVERYTHING_OF_T), one.log.tell({})]);
    await one.read();
    await other.read();
    expect(other.heard.filter(({ owner }) => owner === 'tenant t').length).toBeGreaterThan(0);
    expect(other.heard.at(-1)).toEqual({});
  });

  test('of very much that could not be told becomes one that forgets everything', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    await other.read();
    other.heard.length = 0;
    // There is no log that it knows of yet.
    const telling = Array.from({ length: 101 }, (_, n) => one.log.tell({ owner: `tenant ${n}` }));
    expect(new Set(await Promise.all(telling))).toEqual(new Set([false]));
    await one.read();
    await one.read();
    await other.read();
    expect(other.heard).toEqual([{}]);
  });

  test('values of a log that is gone are found by nobody, and what is asked for before is not written any more', async () => {
    const redis = await redisServer();
    const [one, other] = [keeping(redis), keeping(redis)];
    for (const { read } of [one, other]) await read();
    await one.keep('old');
    const asked = one.values.mark();
    const [log = ''] = (await redis.run('KEYS', 'chorus:cache:1:log:*')) as string[];
    await redis.run('DEL', log);
    for (const { heard } of [one, other]) heard.length = 0;
    for (const { read } of [one, other, one, other]) await read();
    expect([
      one.heard.length > 0,
      one.heard.every((forgetting) => Object.keys(forgetting).length === 0),
    ]).toEqual([true, true]);
    expect(other.heard).toContainEqual({});
    expect(await other.find()).toBeUndefined();
    await one.keep('new');
    one.values.add(WANTED.owner, WANTED.record, new Map(), asked);
    expect(await other.find()).toBe('new');
  });
});
