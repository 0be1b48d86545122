import { expect, test, vi } from 'vitest';
import type { ForeignClaims } from '../testing-tokens.ts';
import { shop } from './testing-shop.ts';

test('a value is asked for once while it is fresh, and again when it is not', async () => {
  const { ask, pass } = await shop();
  expect(await ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 1 });
  expect(await ask('{ again: motto }')).toMatchObject({ data: { again: 'motto 1' }, shop: 0 });
  pass(47);
  expect(await ask('{ motto }')).toMatchObject({ data: { motto: 'motto 1' }, shop: 0 });
  // The end comes up to a fifth earlier than the policy says, and never later.
  pass(14);
  expect(await ask('{ motto }')).toMatchObject({ data: { motto: 'motto 2' }, shop: 1 });
});

test('an object within an object lives as long as the shortest of its fields that was asked for', async () => {
  const { ask, pass } = await shop();
  const [short, long] = [
    '{ products(first: 1) { size { width weight } } }',
    '{ products(first: 1) { size { width } } }',
  ];
  expect((await ask(short)).data).toEqual({ products: [{ size: { width: 1, weight: 2 } }] });
  expect((await ask(long)).data).toEqual({ products: [{ size: { width: 2 } }] });
  pass(11);
  expect((await ask(long)).stock).toEqual([]);
  expect((await ask(short)).data).toEqual({ products: [{ size: { width: 3, weight: 2 } }] });
});

test('an object that does not exist is asked for again soon', async () => {
  const { ask, failing, pass } = await shop();
  failing.add('product 1');
  const query = '{ products(first: 1) { name } }';
  expect((await ask(query)).data).toEqual({ products: [{ name: null }] });
  failing.clear();
  expect(await ask(query)).toMatchObject({ data: { products: [{ name: null }] }, stock: [] });
  pass(10);
  expect((await ask(query)).data).toEqual({ products: [{ name: 'name 1 1' }] });
});

test('a value is kept for those its scope names, and for nobody else', async () => {
  const { ask } = await shop();
  const [ann, bob, cy] = [
    { sub: 'ann', tid: 't' },
    { sub: 'bob', tid: 't' },
    { sub: 'cy', tid: 'u' },
  ];
  const asked = async (query: string, claims?: ForeignClaims) => (await ask(query, {}, claims)).data;
  const [all, told] = [
    '{ mine ofTenant motto }',
    (mine: number, ofTenant: number) => ({
      mine: `mine ${mine}`,
      ofTenant: `ofTenant ${ofTenant}`,
      motto: 'motto 1',
    }),
  ];
  expect(await asked(all, ann)).toEqual(told(1, 1));
  expect(await asked(all, ann)).toEqual(told(1, 1));
  expect(await asked(all, bob)).toEqual(told(2, 1));
  expect(await asked(all, cy)).toEqual(told(3, 2));
  expect(await asked('{ ofTenant }', { ...bob, iss: 'others' })).toEqual({ ofTenant: 'ofTenant 3' });
  expect(await asked('{ ofTenant }', { ...bob, scope: 'more' })).toEqual({ ofTenant: 'ofTenant 4' });
  expect(await asked('{ mine motto }')).toEqual({ mine: 'mine 4', motto: 'motto 1' });
});

test('whoever has changed something is answered with nothing of their tenant that is older', async () => {
  const { ask } = await shop();
  const [ann, cy] = [
    { sub: 'ann', tid: 't' },
    { sub: 'cy', tid: 'u' },
  ];
  await ask('{ mine ofTenant }', {}, ann);
  await ask('{ ofTenant }', {}, cy);
  await ask('mutation { change }', {}, ann);
  await ask('mutation { change }', {}, ann);
  expect((await ask('{ mine ofTenant }', {}, ann)).data).toEqual({ mine: 'mine 2', ofTenant: 'ofTenant 3' });
  expect((await ask('{ ofTenant }', {}, cy)).data).toEqual({ ofTenant: 'ofTenant 2' });
});

test('a mutation that says that it changed nothing leaves the tenant what is kept', async () => {
  const { ask } = await shop();
  const ann = { sub: 'ann', tid: 't' };
  await ask('{ ofTenant }', {}, ann);
  await ask('mutation { change(tags: []) }', {}, ann);
  expect((await ask('{ ofTenant }', {}, ann)).data).toEqual({ ofTenant: 'ofTenant 1' });
  await ask('mutation { change(tags: [""]) }', {}, ann);
  expect((await ask('{ ofTenant }', {}, ann)).data).toEqual({ ofTenant: 'ofTenant 2' });
});

test('after its age a value may be served once more while one newer one is fetched', async () => {
  const { ask, pass } = await shop();
  await ask('{ soon }');
  pass(50);
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask('{ soon }')));
  expect(answers.map(({ data }) => data.soon)).toContain('soon 1');
  await vi.waitFor(async () => expect((await ask('{ soon }')).data).toEqual({ soon: 'soon 2' }));
  expect((await ask('{ soon }')).data).toEqual({ soon: 'soon 2' });
  pass(111);
  expect((await ask('{ soon }')).data).toEqual({ soon: 'soon 3' });
});

test('while its subgraph cannot be reached a value is served that is not too old, and the answer says so', async () => {
  const { ask, pass, down } = await shop();
  await ask('{ products(first: 2) { lasting price } motto }');
  pass(61);
  await down();
  const known = await ask('{ products(first: 2) { l: lasting } }');
  expect(known).toMatchObject({ errors: undefined, extensions: { stale: ['products.l'] } });
  expect(known.data).toEqual({ products: [{ l: 'lasting 1 1' }, { l: 'lasting 2 1' }] });
  const partly = await ask('{ products(first: 3) { lasting } }');
  expect(partly.data).toEqual({
    products: [{ lasting: 'lasting 1 1' }, { lasting: 'lasting 2 1' }, { lasting: null }],
  });
  expect(partly.errors).toMatchObject([
    { path: ['products', 2, 'lasting'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
  const beside = await ask('{ products(first: 1) { lasting price } }');
  expect(beside.data).toEqual({ products: [{ lasting: 'lasting 1 1', price: null }] });
  expect(beside.errors).toMatchObject([{ path: ['products', 0, 'price'] }]);
  expect(beside.extensions).toEqual({ stale: ['products.lasting'] });
  pass(1_000);
  const late = await ask('{ products(first: 1) { lasting } }');
  expect(late).toMatchObject({ data: { products: [{ lasting: null }] }, extensions: undefined });
});

test('an explanation tells of each place how it was served', async () => {
  const { why, ask, pass } = await shop();
  await ask('{ products(first: 2) { name price } soon }');
  const cold = await why('{ products(first: 3) { name price secret } soon uncached }');
  expect(cold['products.name']?.cache).toEqual({
    state: 'miss',
    scope: 'PUBLIC',
    age: 0,
    ttl: expect.any(Number),
    reason: 'not kept yet, or not any more',
    objects: { hit: 2, stale: 0, miss: 1 },
  });
  expect(cold['products.secret']?.cache).toEqual({ state: 'bypass', reason: 'no policy' });
  expect(cold['products.name']?.fetch).toMatchObject({ subgraph: 'stock' });
  expect(cold['soon']).toMatchObject({ cache: { state: 'hit', scope: 'PUBLIC', age: 0 } });
  expect(cold['soon']).not.toHaveProperty('fetch');
  pass(11);
  const later = await why('{ products(first: 3) { name price } soon }');
  expect(later['products.name']?.cache).toMatchObject({ state: 'hit', age: 11, objects: { hit: 3 } });
  expect(later['products.name']).not.toHaveProperty('fetch');
  expect(later['products.price']?.cache).toMatchObject({ state: 'miss', reason: 'too old' });
  expect(later['soon']?.cache).toMatchObject({ state: 'stale', age: 11 });
  expect(later['soon']?.cache?.ttl).toBeLessThan(0);
});

test('an object that did not exist a moment ago is not told to be something while its subgraph is down', async () => {
  const { ask, failing, down } = await shop();
  failing.add('product 1');
  await ask('{ products(first: 1) { name } }');
  failing.clear();
  await ask('{ products(first: 1) { lasting } }');
  await down();
  const { data, errors, extensions } = await ask('{ products(first: 1) { name lasting } }');
  expect(data).toEqual({ products: [{ name: null, lasting: 'lasting 1 1' }] });
  expect(errors).toMatchObject([{ path: ['products', 0, 'name'] }]);
  expect(extensions).toBeUndefined();
});
