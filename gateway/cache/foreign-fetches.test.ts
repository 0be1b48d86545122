import { expect, test, vi } from 'vitest';
import { foreignShop } from './testing-shop.ts';

const [ann, bob, cy] = [
  { sub: 'ann', tid: 't' },
  { sub: 'bob', tid: 't' },
  { sub: 'cy', tid: 'u' },
];

test('fields that came at different times are kept by themselves, and only what is missing is asked for', async () => {
  const { ask, says, pass } = await foreignShop({ 'cache-control': 'public, max-age=600' });
  await ask('{ products(first: 2) { name size { width } } }');
  says.stock['cache-control'] = 'public, max-age=10';
  const wider = await ask('{ products(first: 2) { called: name price } }');
  expect(wider.data.products[1]).toEqual({ called: 'name 2 1', price: 1 });
  expect(wider.stock).toEqual([{ fields: 'price', upcs: '1 2' }]);
  pass(11);
  const later = await ask('{ products(first: 1) { size { width } price } }');
  expect(later).toMatchObject({ data: { products: [{ size: { width: 1 }, price: 2 }] } });
  expect(later.stock).toEqual([{ fields: 'price', upcs: '1' }]);
});

test('what failed is never kept, and what stands beside it is', async () => {
  const { ask, failing } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  failing.add('name 2');
  const query = '{ products(first: 2) { name price } }';
  expect((await ask(query)).errors).toMatchObject([{ path: ['products', 1, 'name'] }]);
  failing.clear();
  const second = await ask(query);
  expect(second).toMatchObject({ errors: undefined, stock: [{ fields: 'name', upcs: '2' }] });
  expect(second.data.products).toEqual([
    { name: 'name 1 1', price: 1 },
    { name: 'name 2 1', price: 1 },
  ]);
});

test('an object that does not exist is asked for again soon', async () => {
  const { ask, failing, pass } = await foreignShop({ 'cache-control': 'public, max-age=600' });
  failing.add('product 1');
  const query = '{ products(first: 1) { name } }';
  await ask(query);
  failing.clear();
  expect(await ask(query)).toMatchObject({ data: { products: [{ name: null }] }, stock: [] });
  pass(10);
  expect((await ask(query)).data).toEqual({ products: [{ name: 'name 1 1' }] });
});

test('after its age a value may be served once more while one newer one is fetched', async () => {
  const { mine, pass } = await foreignShop({
    'cache-control': 'public, max-age=10, stale-while-revalidate=100',
  });
  await mine(ann);
  pass(50);
  expect(await Promise.all([mine(ann), mine(bob), mine(bob)])).toContain('mine 1');
  await vi.waitFor(async () => expect(await mine(ann)).toBe('mine 2'));
  expect(await mine(bob)).toBe('mine 2');
  pass(111);
  expect(await mine(bob)).toBe('mine 3');
});

test('what a refresh brought for one caller is served to that caller alone', async () => {
  const { mine, pass, says } = await foreignShop({
    'cache-control': 'public, max-age=10, stale-while-revalidate=100',
  });
  await mine(ann);
  pass(20);
  says.shop['cache-control'] = 'private, max-age=60';
  expect(await mine(ann)).toBe('mine 1');
  await vi.waitFor(async () => expect(await mine(ann)).toBe('mine 2'));
  expect(await mine(bob)).toBe('mine 1');
  await vi.waitFor(async () => expect(await mine(bob)).toBe('mine 3'));
  expect(await mine(ann)).toBe('mine 2');
});

test('while its subgraph cannot be reached a value is served as long as its answer allowed that', async () => {
  const { ask, pass, says, down } = await foreignShop({
    'cache-control': 'public, max-age=60, stale-if-error=600',
  });
  await ask('{ products(first: 1) { lasting } }');
  says.stock['cache-control'] = 'public, max-age=60, stale-if-error=600, must-revalidate';
  await ask('{ products(first: 1) { name } }');
  pass(61);
  await down();
  const { data, errors, extensions } = await ask('{ products(first: 1) { lasting name } }');
  expect(data).toEqual({ products: [{ lasting: 'lasting 1 1', name: null }] });
  expect(errors).toMatchObject([
    { path: ['products', 0, 'name'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
  expect(extensions).toEqual({ stale: ['products.lasting'] });
  pass(1_000);
  expect((await ask('{ products(first: 1) { lasting } }')).data).toEqual({ products: [{ lasting: null }] });
});

test.each([
  [{ kind: 'entity', subgraph: 'stock', type: 'Product', key: { upc: '2' } }, ['name 1 1', 'name 2 2']],
  [{ kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'product-1' }, ['name 1 2', 'name 2 1']],
  [{ kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'row-1' }, ['name 1 2', 'name 2 1']],
  [{ kind: 'type', subgraph: 'stock', type: 'Product' }, ['name 1 2', 'name 2 2']],
  [{ kind: 'subgraph', subgraph: 'shop' }, ['name 1 1', 'name 2 1']],
])('after the invalidation %j only what it is about is asked for again', async (invalidation, expected) => {
  const { ask, invalidate } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  const query = '{ products(first: 2) { name } }';
  await ask(query, {}, ann);
  await invalidate([invalidation]);
  const { products } = (await ask(query, {}, ann)).data as { products: { name: string }[] };
  expect(products.map(({ name }) => name)).toEqual(expected);
});

test('whoever has changed something is answered with nothing of their tenant that is older', async () => {
  const { ask, mine } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  await mine(ann);
  await mine(cy);
  await ask('mutation { change }', {}, ann);
  expect((await ask('mutation { change }', {}, ann)).shop).toBe(1);
  expect([await mine(ann), await mine(bob), await mine(cy)]).toEqual(['mine 3', 'mine 3', 'mine 2']);
});
