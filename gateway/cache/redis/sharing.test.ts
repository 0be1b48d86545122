import { describe, expect, test, vi } from 'vitest';
import type { ForeignClaims } from '../../testing-tokens.ts';
import { gatewayOver } from '../../testing.ts';
import { parcels } from '../testing-parcels.ts';
import { shopOfMany } from '../testing-shop.ts';
import {
  foreignGateways,
  PATIENT,
  SOON,
  patientGateways,
  untilHeard,
  untilKept,
} from './testing-gateways.ts';
import { hasRedis, redisServer, whySkipped } from './testing-redis.ts';

describe.skipIf(!hasRedis)(`over a real Redis${whySkipped}`, () => {
  test('what one gateway has fetched another one serves without asking, also after a restart', async () => {
    const { redis, one, other, open } = await patientGateways();
    expect(await one.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 1 });
    await untilKept(redis, 1);
    expect(await other.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 0 });
    await one.stop();
    await other.stop();
    const third = await open();
    await untilHeard(third);
    expect(await third.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 0 });
  });

  test('of a list of objects the subgraph is asked for those that no gateway has', async () => {
    const { redis, one, other } = await patientGateways();
    await one.ask('{ products(first: 2) { name } }');
    await untilKept(redis, 2);
    const { stock } = await other.ask('{ products(first: 3) { name price } }');
    expect(stock).toEqual([{ fields: 'name price', upcs: '1 2 3' }]);
    await untilKept(redis, 6);
    const warm = await one.ask('{ products(first: 4) { name price } }');
    expect(warm.stock).toEqual([{ fields: 'name price', upcs: '4' }]);
    expect(warm.data.products.map(({ price }: { price: number }) => price)).toEqual([1, 1, 1, 1]);
  });

  test('a value that one tenant has is never found by another one, nor that of a person by anybody else', async () => {
    const { redis, one, other } = await patientGateways();
    const [ann, bob, cy] = [
      { sub: 'ann', tid: 't' },
      { sub: 'bob', tid: 't' },
      { sub: 'cy', tid: 'u' },
    ];
    await one.ask('{ mine ofTenant }', {}, ann);
    await untilKept(redis, 2, 'tenant');
    const asked = async (claims: ForeignClaims) => (await other.ask('{ mine ofTenant }', {}, claims)).data;
    expect(await asked(cy)).toEqual({ mine: 'mine 2', ofTenant: 'ofTenant 2' });
    expect(await asked(bob)).toEqual({ mine: 'mine 3', ofTenant: 'ofTenant 1' });
    expect(await asked(ann)).toEqual({ mine: 'mine 1', ofTenant: 'ofTenant 1' });
  });

  test('a value ends for all gateways when it ends, and Redis holds it no longer', async () => {
    const { redis, one, other } = await patientGateways();
    await one.ask('{ brief }');
    await vi.waitFor(
      async () => expect((await other.ask('{ brief }')).data).toEqual({ brief: 'brief 2' }),
      SOON,
    );
    await untilKept(redis, 0);
  });

  test('what one gateway has fetched another one may serve too old, while a newer one is fetched', async () => {
    const { redis, one, other, hold } = await patientGateways();
    await one.ask('{ fleeting }');
    await untilKept(redis, 1);
    const { arrived, release } = hold('fleeting');
    let isAsked = false;
    void arrived.then(() => (isAsked = true));
    await vi.waitFor(async () => {
      expect((await other.ask('{ fleeting }')).data).toEqual({ fleeting: 'fleeting 1' });
      expect(isAsked).toBe(true);
    }, SOON);
    release();
    await vi.waitFor(
      async () => expect((await other.ask('{ fleeting }')).data).toEqual({ fleeting: 'fleeting 2' }),
      SOON,
    );
  });

  test('while its subgraph cannot be reached a gateway serves what another one has kept for that case', async () => {
    const { redis, one, other, down } = await patientGateways();
    await one.ask('{ products(first: 1) { enduring } }');
    await untilKept(redis, 1);
    await down();
    await vi.waitFor(async () => {
      const answer = await other.ask('{ products(first: 1) { enduring } }');
      expect(answer).toMatchObject({
        data: { products: [{ enduring: 'enduring 1 1' }] },
        extensions: { stale: ['products.enduring'] },
      });
    }, SOON);
  });

  test('that an object does not exist is known to all gateways', async () => {
    const { redis, one, other, failing } = await patientGateways();
    failing.add('product 1');
    await one.ask('{ products(first: 1) { name } }');
    await untilKept(redis, 1);
    const answer = await other.ask('{ products(first: 1) { name } }');
    expect(answer).toMatchObject({ data: { products: [{ name: null }] }, stock: [] });
  });

  test('what a value is worked out from is of one moment, also when gateways have kept it at several', async () => {
    const redis = await redisServer();
    let moment = 1;
    const subgraphs = await parcels(() => moment);
    const config = { redis: { url: redis.url, ...PATIENT } };
    /** Of another gateway each time. */
    const ask = async (query: string) => {
      const gateway = await gatewayOver(subgraphs, { config });
      const asking = async (text: string) =>
        (await gateway.ask(`{ parcel { ${text} } }`)).body.data.parcel as unknown;
      await vi.waitFor(async () => {
        await asking('id');
        for (const { received } of subgraphs) received.length = 0;
        await asking('id');
        expect(subgraphs.flatMap(({ received }) => received)).toEqual([]);
      }, SOON);
      return asking(query);
    };
    expect(await ask('weight')).toEqual({ weight: 1 });
    await redis.holds('{"value":1,');
    moment = 2;
    expect(await ask('size { width }')).toEqual({ size: { width: 2 } });
    await redis.holds('{"value":{"width":2},');
    moment = 3;
    expect(await ask('postage')).toEqual({ postage: '3 and 3' });
    await redis.holds('{"value":"3 and 3",');
    moment = 4;
    expect(await ask('postage weight')).toEqual({ postage: '3 and 3', weight: 3 });
  });

  test('what headers let be kept other gateways find as well, for whom it was kept', async () => {
    const { redis, one, other, says } = await foreignGateways({ 'cache-control': 'public, max-age=60' });
    const [ann, bob] = [
      { sub: 'ann', tid: 't' },
      { sub: 'bob', tid: 't' },
    ];
    await one.ask('{ motto }', {}, ann);
    says.shop['cache-control'] = 'private, max-age=60, stale-while-revalidate=5';
    await one.ask('{ mine }', {}, ann);
    for (const name of ['motto 1', 'mine 1']) await redis.holds(`"${name}"`);
    const asked = async (claims: ForeignClaims) => (await other.ask('{ motto mine }', {}, claims)).data;
    expect(await asked(bob)).toEqual({ motto: 'motto 1', mine: 'mine 2' });
    expect(await asked(ann)).toEqual({ motto: 'motto 1', mine: 'mine 1' });
  });

  test('gateways that ask other subgraphs, or pass other headers on, find nothing of each other', async () => {
    const { redis, one, open } = await patientGateways();
    await one.ask('{ motto }');
    await untilKept(redis, 1);
    const other = await open({ args: ['--forward-header', 'x-language'] });
    await untilHeard(other);
    expect(await other.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 2' }, shop: 1 });
  });

  test('garbage in Redis counts as missing', async () => {
    const { redis, one, other } = await patientGateways();
    const keys = async () => (await redis.run('KEYS', 'chorus:cache:1:public*')) as string[];
    let count = 0;
    /** What another gateway makes of a value when this lies in its place. */
    const readAs = async (lies: (key: string, kept: object) => Promise<unknown>) => {
      count += 1;
      const [before, query] = [await keys(), `{ greet(name: "${count}") }`];
      await one.ask(query);
      await untilKept(redis, count);
      const key = (await keys()).find((known) => !before.includes(known)) ?? '';
      await lies(key, JSON.parse((await redis.run('GET', key)) as string) as object);
      const { data, errors } = await other.ask(query);
      expect(errors).toBeUndefined();
      return data.greet as string;
    };
    const text = (wrong: string) => readAs((key) => redis.run('SET', key, wrong));
    const changed = (wrong: object) =>
      readAs((key, kept) => redis.run('SET', key, JSON.stringify({ ...kept, value: 'evil', ...wrong })));
    expect(await changed({ value: 'read' })).toBe('read');
    for (const wrong of ['', 'null', '[]', '7', '{"value":"evil"}', '{"value":"evil"'])
      expect(await text(wrong)).toMatch(/^greet/);
    const ofAnotherForm = [
      { since: 1 },
      { since: 'x' },
      { tags: 'x' },
      { tags: [1] },
      { asked: 'x' },
      { fresh: 'x' },
    ];
    const ofAnotherTime = [
      { asked: 1e15, fresh: 1e15 },
      { fresh: 1e15 },
      { fresh: null },
      { asked: 1, fresh: 2 },
    ];
    for (const wrong of [...ofAnotherForm, ...ofAnotherTime]) expect(await changed(wrong)).toMatch(/^greet/);
    const ofAnotherType = await readAs(async (key) => {
      await redis.run('DEL', key);
      await redis.run('LPUSH', key, 'evil');
    });
    expect(ofAnotherType).toMatch(/^greet/);
  });

  test('a gateway without Redis keeps for itself as before', async () => {
    const { open } = await shopOfMany();
    const [one, other] = await Promise.all([open(), open()]);
    await one.ask('{ motto }');
    expect(await one.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 0 });
    expect(await other.ask('{ motto }')).toMatchObject({ data: { motto: 'motto 2' }, shop: 1 });
    expect(await one.invalidate([{ kind: 'subgraph', subgraph: 'shop' }])).toMatchObject({ status: 202 });
  });
});
