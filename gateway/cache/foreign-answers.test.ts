import { expect, test } from 'vitest';
import { foreignShop } from './testing-shop.ts';

const QUERY = '{ motto products(first: 1) { name } }';
const ANN = { sub: 'ann', tid: 't' };
const BOB = { sub: 'bob', tid: 't' };

const maxAge = (head: { get: (name: string) => string | null }) =>
  Number(/^private, max-age=(\d+)$/.exec(head.get('cache-control') ?? '')?.[1]);

test('an answer that all its subgraphs allow to be kept is kept whole, and its client is told for how long', async () => {
  const { ask, says, pass } = await foreignShop({ 'cache-control': 'public, max-age=600' });
  says.stock['cache-control'] = 'public, max-age=60';
  const first = await ask(QUERY, {}, ANN);
  expect(maxAge(first.head)).toBeGreaterThanOrEqual(47);
  expect(maxAge(first.head)).toBeLessThanOrEqual(60);
  pass(10);
  const second = await ask(QUERY, {}, BOB);
  expect([second.data, second.shop, second.stock]).toEqual([first.data, 0, []]);
  expect(second.head.get('age')).toBe('10');
  expect(second.head.get('etag')).toBe(first.head.get('etag'));
});

test('an answer with anything private in it is its caller’s own', async () => {
  const { ask, says } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  says.shop['cache-control'] = 'private, max-age=60';
  const first = await ask(QUERY, {}, ANN);
  expect(await ask(QUERY, {}, ANN)).toMatchObject({ data: first.data, shop: 0, stock: [] });
  expect((await ask(QUERY, {}, BOB)).data).toEqual({ ...first.data, motto: 'motto 2' });
});

test.each(['no-store', 'max-age=0'])('%s of one subgraph holds for the whole answer', async (header) => {
  const { ask, says } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  says.stock['cache-control'] = header;
  await ask(QUERY, {}, ANN);
  const { head, stock } = await ask(QUERY, {}, ANN);
  expect([head.get('cache-control'), head.get('etag'), stock.length]).toEqual(['no-store', null, 1]);
});

test('an answer with errors is not to be stored by anybody', async () => {
  const { ask, failing } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  failing.add('name 1');
  const { head, errors } = await ask(QUERY, {}, ANN);
  expect([head.get('cache-control'), errors?.length]).toEqual(['no-store', 1]);
  failing.clear();
  expect((await ask(QUERY, {}, ANN)).data).toMatchObject({ products: [{ name: 'name 1 1' }] });
});

test('what became private after it was public is served from what is newest', async () => {
  const { ask, says, pass, invalidate } = await foreignShop({ 'cache-control': 'public, max-age=600' });
  await ask('{ motto }', {}, ANN);
  await invalidate([{ kind: 'subgraph', subgraph: 'shop' }]);
  says.shop['cache-control'] = 'private, max-age=60';
  expect((await ask('{ motto }', {}, ANN)).data).toEqual({ motto: 'motto 2' });
  says.shop['cache-control'] = 'public, max-age=600';
  pass(1);
  expect((await ask('{ motto }', {}, BOB)).data).toEqual({ motto: 'motto 3' });
  expect((await ask('{ motto }', {}, ANN)).data).toEqual({ motto: 'motto 3' });
});

test('another tenant, and whoever sends no token, have answers of their own', async () => {
  const { ask } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  const motto = async (claims?: { sub: string; tid: string }) =>
    (await ask('{ motto }', {}, claims)).data.motto;
  const answers = [await motto(ANN), await motto({ sub: 'eve', tid: 'u' }), await motto(), await motto(BOB)];
  expect(answers).toEqual(['motto 1', 'motto 2', 'motto 3', 'motto 1']);
});
