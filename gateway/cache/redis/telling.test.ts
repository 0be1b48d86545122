import { describe, expect, test } from 'vitest';
import {
  changedWithinASecond,
  twoGateways,
  untilHeard,
  untilKept,
  type Gateway,
} from './testing-gateways.ts';
import { hasRedis, whySkipped } from './testing-redis.ts';

/** The name of the second product. */
async function second({ ask }: Gateway): Promise<string> {
  const { data } = await ask('{ products(first: 2) { name } }');
  return data.products[1].name;
}
const motto = async ({ ask }: Gateway): Promise<string> => (await ask('{ motto }')).data.motto;

const PRODUCT = { subgraph: 'stock', type: 'Product' };
const KINDS = {
  'a subgraph': { kind: 'subgraph', subgraph: 'stock' },
  'a type': { kind: 'type', ...PRODUCT },
  'an entity': { kind: 'entity', ...PRODUCT, key: { upc: '2' } },
  'a tag': { kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'product-2' },
  'a tag that came beside the data': { kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'row-2' },
};

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test.each(Object.entries(KINDS))(
    '%s that one gateway is told to forget every gateway has forgotten within a second',
    async (_, invalidation) => {
      const { redis, one, other, open } = await twoGateways();
      const before = [await second(one)];
      await untilKept(redis, 2);
      before.push(await second(other));
      const isOld = (name: string) => before.includes(name);
      expect(await one.invalidate([invalidation])).toMatchObject({ status: 202 });
      expect(before).not.toContain(await second(one));
      await changedWithinASecond(() => second(other), isOld);
      // One that begins now finds in Redis what is true only.
      const third = await open();
      await untilHeard(third);
      expect(before).not.toContain(await second(third));
    },
  );

  test('what a mutation has changed is forgotten by every gateway within a second', async () => {
    const { one, other } = await twoGateways();
    const ann = { sub: 'ann', tid: 't' };
    const tenants = async () => (await other.ask('{ ofTenant }', {}, ann)).data.ofTenant as string;
    const [mottoBefore, tenantsBefore] = [await motto(other), await tenants()];
    await one.ask('mutation { change(tags: ["mottos"]) }', {}, ann);
    await changedWithinASecond(
      () => motto(other),
      (answered) => answered === mottoBefore,
    );
    await one.ask('mutation { change }', {}, ann);
    const tenantsAfter = await changedWithinASecond(tenants, (answered) => answered === tenantsBefore);
    expect(tenantsAfter).toMatch(/^ofTenant/);
  });

  test('an answer that was on its way to one gateway when another one was told to forget it is found by none', async () => {
    const { redis, one, other, open, hold } = await twoGateways();
    const { arrived, release } = hold('motto');
    const before = motto(one);
    await arrived;
    expect(await other.invalidate([{ kind: 'subgraph', subgraph: 'shop' }])).toMatchObject({ status: 202 });
    release();
    const old = await before;
    await untilKept(redis, 1);
    const third = await open();
    await untilHeard(third);
    expect(await motto(third)).not.toBe(old);
    expect(await motto(other)).not.toBe(old);
    await changedWithinASecond(
      () => motto(one),
      (answered) => answered === old,
    );
  });

  test('a whole answer is forgotten with any part of it that another gateway was told to forget', async () => {
    const { one, other } = await twoGateways();
    const greet = async () => (await other.ask('{ motto greet(name: "Ann") }')).data.greet as string;
    await greet();
    const before = await greet();
    await one.invalidate([{ kind: 'cache_tag', subgraphs: ['shop'], cache_tag: 'greet-Ann' }]);
    const after = await changedWithinASecond(greet, (answered) => answered === before);
    expect(after).toMatch(/^greet Ann/);
  });

  test('an entry of the log that a gateway does not understand makes it forget everything', async () => {
    const { redis, other } = await twoGateways();
    const before = await motto(other);
    const [log = ''] = (await redis.run('KEYS', 'chorus:cache:1:log:*')) as string[];
    await redis.run('XADD', log, '*', 'by', 'a later version', 'forgetting', '{"what":[{"kind":"galaxy"}]}');
    const after = await changedWithinASecond(
      () => motto(other),
      (answered) => answered === before,
    );
    expect(after).toMatch(/^motto/);
  });

  test('a gateway that reads on when the log is too short for all it missed forgets everything', async () => {
    const { redis, other, open } = await twoGateways();
    const before = await motto(other);
    await untilKept(redis, 1);
    const [log = ''] = (await redis.run('KEYS', 'chorus:cache:1:log:*')) as string[];
    const flood = `redis.call('XADD', KEYS[1], '*', 'forgetting', '{"what":[{"kind":"subgraph","subgraph":"shop"}]}')
    for n = 1, 10001 do redis.call('XADD', KEYS[1], 'MAXLEN', '10000', '*', 'forgetting', '{"what":[]}') end`;
    await redis.run('EVAL', flood, '1', log);
    await changedWithinASecond(
      () => motto(other),
      (answered) => answered === before,
    );
    const third = await open();
    await untilHeard(third);
    expect(await motto(third)).not.toBe(before);
  });
});
