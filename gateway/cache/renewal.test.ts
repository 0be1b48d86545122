import { expect, test } from 'vitest';
import { shop } from './testing-shop.ts';

const NAME_AND_PRICE = '{ products(first: 1) { name price } }';

test('a call that is sent because one value ended also asks for what has lived half of its time', async () => {
  const { ask, pass } = await shop();
  await ask(NAME_AND_PRICE);
  pass(31);
  expect(await ask(NAME_AND_PRICE)).toMatchObject({
    data: { products: [{ name: 'name 1 2', price: 2 }] },
    stock: [{ fields: 'name price', upcs: '1' }],
  });
  pass(31);
  const { data, stock } = await ask('{ products(first: 1) { name } }');
  expect([data, stock]).toEqual([{ products: [{ name: 'name 1 2' }] }, []]);
});

test('it asks for other objects of the same list, too', async () => {
  const { ask, pass } = await shop();
  await ask('{ products(first: 2) { price } }');
  pass(6);
  expect((await ask('{ products(first: 3) { price } }')).stock).toEqual([{ fields: 'price', upcs: '1 2 3' }]);
  pass(6);
  const { data, stock } = await ask('{ products(first: 3) { price } }');
  expect([data, stock]).toEqual([{ products: [{ price: 2 }, { price: 2 }, { price: 1 }] }, []]);
});

test('what is young is not asked for again', async () => {
  const { ask, pass } = await shop();
  await ask(NAME_AND_PRICE);
  pass(11);
  expect((await ask(NAME_AND_PRICE)).stock).toEqual([{ fields: 'price', upcs: '1' }]);
});

test('a field that is asked for each time renews nothing, because nothing would be saved', async () => {
  const { ask, pass } = await shop();
  await ask('{ products(first: 1) { name secret } }');
  pass(31);
  expect((await ask('{ products(first: 1) { name secret } }')).stock).toEqual([
    { fields: 'secret', upcs: '1' },
  ]);
});

test('what may be served old is renewed behind an answer only', async () => {
  const { ask, pass } = await shop();
  await ask('{ soon brief }');
  pass(6);
  expect((await ask('{ soon brief }')).data).toEqual({ soon: 'soon 1', brief: 'brief 2' });
});

test('a newer value that cannot be had is no error while there is another, and is tried once', async () => {
  const { ask, failing, pass } = await shop();
  await ask(NAME_AND_PRICE);
  failing.add('name 1');
  pass(31);
  const kept = { name: 'name 1 1' };
  expect(await ask(NAME_AND_PRICE)).toMatchObject({
    data: { products: [{ ...kept, price: 2 }] },
    errors: undefined,
    stock: [{ fields: 'name price', upcs: '1' }],
  });
  pass(11);
  expect(await ask(NAME_AND_PRICE)).toMatchObject({
    data: { products: [{ ...kept, price: 3 }] },
    errors: undefined,
    stock: [{ fields: 'price', upcs: '1' }],
  });
  pass(20);
  expect(await ask(NAME_AND_PRICE)).toMatchObject({
    data: { products: [{ name: null, price: 4 }] },
    errors: [{ path: ['products', 0, 'name'] }],
  });
});

test('a subgraph that is away costs only what is not there', async () => {
  const { ask, down, pass } = await shop();
  await ask(NAME_AND_PRICE);
  await down();
  pass(31);
  const { data, errors } = await ask(NAME_AND_PRICE);
  expect(data).toEqual({ products: [{ name: 'name 1 1', price: null }] });
  expect(errors).toMatchObject([{ path: ['products', 0, 'price'] }]);
});

test('an object that turns out to be gone is gone', async () => {
  const { ask, failing, pass } = await shop();
  await ask('{ products(first: 2) { price } }');
  failing.add('product 1');
  pass(6);
  expect((await ask('{ products(first: 3) { price } }')).data).toEqual({
    products: [{ price: null }, { price: 2 }, { price: 1 }],
  });
});

test('those who ask at once make one call', async () => {
  const { ask, pass } = await shop();
  await ask(NAME_AND_PRICE);
  pass(31);
  const answers = await Promise.all([ask(NAME_AND_PRICE), ask(NAME_AND_PRICE), ask(NAME_AND_PRICE)]);
  for (const { data } of answers) expect(data).toEqual({ products: [{ name: 'name 1 2', price: 2 }] });
});

test('an answer with renewed values holds as long as those do', async () => {
  const { ask, pass } = await shop();
  await ask('{ motto }');
  pass(31);
  const { head } = await ask('{ motto hello(name: "Ann") }');
  expect(Number(/max-age=(\d+)/.exec(head.get('cache-control') ?? '')?.[1])).toBeGreaterThanOrEqual(47);
});

test('an explanation tells that the kept value was there, however new the one that came', async () => {
  const { ask, why, pass } = await shop();
  await ask(NAME_AND_PRICE);
  pass(31);
  expect(await why(NAME_AND_PRICE)).toMatchObject({
    'products.name': { cache: { state: 'hit' } },
    'products.price': { cache: { state: 'miss' } },
  });
});
