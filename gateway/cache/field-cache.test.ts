import { expect, test } from 'vitest';
import { shop } from './testing-shop.ts';

test('of the fields of the root only those are asked for that are not fresh', async () => {
  const { ask } = await shop();
  await ask('{ motto }');
  const { data, shop: asked } = await ask('{ uncached motto hello(name: "Ann") }');
  expect([data, asked]).toEqual([{ uncached: 'uncached 1', motto: 'motto 1', hello: 'hello Ann 1' }, 1]);
  expect((await ask('{ uncached motto hello(name: "Ann") }')).data).toEqual({
    uncached: 'uncached 2',
    motto: 'motto 1',
    hello: 'hello Ann 1',
  });
});

test('other arguments are another value, whether they are written or given as variables', async () => {
  const { ask } = await shop();
  const query = 'query ($name: String) { hello(name: $name) }';
  expect((await ask(query, { name: 'Ann' })).data).toEqual({ hello: 'hello Ann 1' });
  expect((await ask(query, { name: 'Bob' })).data).toEqual({ hello: 'hello Bob 1' });
  expect(await ask(query, { name: 'Ann' })).toMatchObject({ data: { hello: 'hello Ann 1' }, shop: 0 });
  expect((await ask('{ hello(name: "Ann") }')).data).toEqual({ hello: 'hello Ann 2' });
  expect((await ask(query)).data).toEqual({ hello: 'hello undefined 1' });
});

test('of a list of objects only those are asked for that are not there', async () => {
  const { ask } = await shop();
  await ask('{ products(first: 2) { name } }');
  const { data, stock } = await ask('{ products(first: 4) { name } }');
  expect(data).toEqual({
    products: ['name 1 1', 'name 2 1', 'name 3 1', 'name 4 1'].map((name) => ({ name })),
  });
  expect(stock).toEqual([{ fields: 'name', upcs: '3 4' }]);
  expect((await ask('{ products(first: 4) { name } }')).stock).toEqual([]);
});

test('clients that select different fields of an object share those they have in common', async () => {
  const { ask, pass } = await shop();
  await ask('{ products(first: 1) { name price } }');
  const wider = await ask('{ products(first: 1) { price called: name title(language: "de") } }');
  expect(wider.data).toEqual({ products: [{ price: 1, called: 'name 1 1', title: 'title 1 de 1' }] });
  expect(wider.stock).toEqual([{ fields: 'title(language:"de")', upcs: '1' }]);
  pass(11);
  const later = await ask('{ products(first: 1) { name price } }');
  expect(later.data).toEqual({ products: [{ name: 'name 1 1', price: 2 }] });
  expect(later.stock).toEqual([{ fields: 'price', upcs: '1' }]);
});

test('what a client writes with named fragments is kept like everything else', async () => {
  const { ask } = await shop();
  const query = `{ products(first: 1) { ...All related { ...All } } }
    fragment All on Product { name title(language: "de") size { width height } }`;
  const { data, stock } = await ask(query);
  expect(stock).toHaveLength(1);
  expect(await ask(query)).toMatchObject({ data, stock: [] });
});

test('a field without a policy is asked for each time, the others beside it are not', async () => {
  const { ask } = await shop();
  await ask('{ products(first: 2) { name secret } }');
  const { data, stock } = await ask('{ products(first: 2) { name secret } }');
  expect(data).toEqual({
    products: [
      { name: 'name 1 1', secret: 'secret 1 2' },
      { name: 'name 2 1', secret: 'secret 2 2' },
    ],
  });
  expect(stock).toEqual([{ fields: 'secret', upcs: '1 2' }]);
});

test('objects that are reached through a kept list are kept as well', async () => {
  const { ask } = await shop();
  const query = '{ products(first: 1) { related { upc name } } }';
  const expected = { products: [{ related: [{ upc: 'r1', name: 'name r1 1' }] }] };
  expect((await ask(query)).data).toEqual(expected);
  expect((await ask(query)).data).toEqual(expected);
});

test('what failed is never kept, and what stands beside it is', async () => {
  const { ask, failing } = await shop();
  failing.add('name 2');
  const first = await ask('{ products(first: 3) { name } }');
  expect(first.data).toEqual({ products: [{ name: 'name 1 1' }, { name: null }, { name: 'name 3 1' }] });
  expect(first.errors).toMatchObject([{ path: ['products', 1, 'name'] }]);
  failing.clear();
  const second = await ask('{ products(first: 3) { name } }');
  expect(second).toMatchObject({ errors: undefined, stock: [{ upcs: '2' }] });
  failing.add('name 4');
  const third = await ask('{ products(first: 4) { name } }');
  expect(third.errors).toMatchObject([{ path: ['products', 3, 'name'] }]);
});

test('a choice of fields by a variable is respected, and what is asked whole is not kept', async () => {
  const { ask } = await shop();
  const query = 'query ($all: Boolean!) { products(first: 1) { name price @include(if: $all) } }';
  expect((await ask(query, { all: true })).data).toEqual({ products: [{ name: 'name 1 1', price: 1 }] });
  expect((await ask(query, { all: false })).data).toEqual({ products: [{ name: 'name 1 1' }] });
  expect((await ask(query, { all: true })).data).toEqual({ products: [{ name: 'name 1 1', price: 2 }] });
});
