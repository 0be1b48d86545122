import { expect, test, vi } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';
import { shop, TOKEN } from './testing-shop.ts';

const PRODUCTS = '{ products(first: 3) { name price } }';
const names = ({ data }: { data?: { products: { name: string }[] } }) =>
  data?.products.map(({ name }) => name);

test.each([
  [
    'one entity',
    { kind: 'entity', subgraph: 'stock', type: 'Product', key: { upc: '2' } },
    1,
    ['name 1 1', 'name 2 2', 'name 3 1'],
  ],
  [
    'a tag',
    { kind: 'cache_tag', subgraphs: ['shop', 'stock'], cache_tag: 'product-3' },
    1,
    ['name 1 1', 'name 2 1', 'name 3 2'],
  ],
  ['a type', { kind: 'type', subgraph: 'stock', type: 'Product' }, 3, ['name 1 2', 'name 2 2', 'name 3 2']],
  ['a subgraph', { kind: 'subgraph', subgraph: 'stock' }, 3, ['name 1 2', 'name 2 2', 'name 3 2']],
  ['another subgraph', { kind: 'subgraph', subgraph: 'shop' }, 1, ['name 1 1', 'name 2 1', 'name 3 1']],
  [
    'another type',
    { kind: 'type', subgraph: 'stock', type: 'Size' },
    0,
    ['name 1 1', 'name 2 1', 'name 3 1'],
  ],
  [
    'another entity',
    { kind: 'entity', subgraph: 'stock', type: 'Product', key: { upc: '9' } },
    0,
    ['name 1 1', 'name 2 1', 'name 3 1'],
  ],
])('%s is forgotten, and nothing else', async (_, invalidation, count, expected) => {
  const { ask, invalidate } = await shop();
  await ask('{ motto }');
  await ask(PRODUCTS);
  expect(await invalidate([invalidation])).toEqual({ status: 202, body: { count } });
  expect(names(await ask(PRODUCTS))).toEqual(expected);
  expect((await ask('{ motto }')).data).toEqual({
    motto: count === 1 && invalidation.kind === 'subgraph' ? 'motto 2' : 'motto 1',
  });
});

test('a tag of a field of the root is forgotten for the arguments it names', async () => {
  const { ask, invalidate } = await shop();
  const query = 'query ($name: String!) { motto ann: greet(name: "Ann") other: greet(name: $name) }';
  await ask(query, { name: 'Bob' });
  const tags = ['greet-Bob', 'mottos', 'greet-Cy'];
  const bodies = tags.map((cache_tag) => ({ kind: 'cache_tag', subgraphs: ['shop'], cache_tag }));
  expect(await invalidate(bodies.slice(0, 1))).toMatchObject({ body: { count: 1 } });
  expect((await ask(query, { name: 'Bob' })).data).toEqual({
    motto: 'motto 1',
    ann: 'greet Ann 1',
    other: 'greet Bob 2',
  });
  expect(await invalidate(bodies.slice(1))).toMatchObject({ body: { count: 1 } });
  expect((await ask(query, { name: 'Bob' })).data).toEqual({
    motto: 'motto 2',
    ann: 'greet Ann 1',
    other: 'greet Bob 2',
  });
});

test('a value that holds objects of a type is forgotten with any of them', async () => {
  const { ask, invalidate } = await shop();
  const query = '{ products(first: 1) { name related { upc } } }';
  const forget = async (one: object) => {
    await ask(query);
    expect(await invalidate([one])).toMatchObject({ status: 202 });
    return (await ask(query)).stock[0]?.fields;
  };
  expect(await forget({ kind: 'entity', subgraph: 'stock', type: 'Product', key: { upc: 'r1' } })).toContain(
    'related',
  );
  expect(await forget({ kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'product-r1' })).toContain(
    'related',
  );
  expect(await forget({ kind: 'cache_tag', subgraphs: ['stock'], cache_tag: 'nothing' })).toBeUndefined();
});

test('an answer that was on the way when its value was invalidated is not kept, and nobody joins it', async () => {
  const { ask, invalidate, hold } = await shop();
  const { arrived, release } = hold('motto');
  const before = ask('{ motto }');
  await arrived;
  expect(await invalidate([{ kind: 'subgraph', subgraph: 'shop' }])).toMatchObject({ status: 202 });
  const after = ask('{ motto }');
  await vi.waitFor(async () => expect((await after).data).toEqual({ motto: 'motto 2' }));
  release();
  expect((await before).data).toEqual({ motto: 'motto 1' });
  expect((await ask('{ motto }')).data).toEqual({ motto: 'motto 2' });
});

test('an answer that was on the way when its value was invalidated is not joined by a request that began before and asks later', async () => {
  const { ask, invalidate, hold } = await shop();
  const query = '{ products(first: 1) { name } }';
  const [name, uncached] = [hold('name 1'), hold('uncached')];
  const first = ask(query);
  await name.arrived;
  const second = ask('{ products(first: 1) { name } uncached }');
  await uncached.arrived;
  expect(await invalidate([{ kind: 'subgraph', subgraph: 'stock' }])).toMatchObject({ status: 202 });
  uncached.release();
  expect((await second).data).toEqual({ products: [{ name: 'name 1 2' }], uncached: 'uncached 1' });
  name.release();
  expect((await first).data).toEqual({ products: [{ name: 'name 1 1' }] });
  expect((await ask(query)).data).toEqual({ products: [{ name: 'name 1 2' }] });
});

test('only who has the internal token may invalidate', async () => {
  const { ask, invalidate } = await shop();
  await ask('{ motto }');
  for (const token of ['', 'wrong', `${TOKEN} `.repeat(2)])
    expect(await invalidate([{ kind: 'subgraph', subgraph: 'shop' }], token)).toMatchObject({ status: 401 });
  expect((await ask('{ motto }')).data).toEqual({ motto: 'motto 1' });
});

test.each([
  ['no list', { kind: 'subgraph', subgraph: 'shop' }, 'Send a list of invalidations.'],
  ['no JSON', '[', 'The body is not JSON.'],
  ['no object', ['shop'], 'Invalidation 0: it must be an object.'],
  ['an unknown kind', [{ kind: 'all' }], 'Invalidation 0: kind is one of subgraph, type, entity, cache_tag.'],
  [
    'a kind of every object',
    [{ kind: 'constructor' }],
    'Invalidation 0: kind is one of subgraph, type, entity, cache_tag.',
  ],
  [
    'an unknown field',
    [{ kind: 'subgraph', subgraph: 'shop', tag: 'x' }],
    'Invalidation 0: subgraph has no field "tag".',
  ],
  ['a missing field', [{ kind: 'type', subgraph: 'shop' }], 'Invalidation 0: type is missing or wrong.'],
  [
    'an empty key',
    [{ kind: 'entity', subgraph: 's', type: 'T', key: {} }],
    'Invalidation 0: key is missing or wrong.',
  ],
  [
    'a wrong one among right ones',
    [{ kind: 'subgraph', subgraph: 'shop' }, {}],
    'Invalidation 1: kind is one of subgraph, type, entity, cache_tag.',
  ],
  [
    'too many',
    Array.from({ length: 101 }, () => ({ kind: 'subgraph', subgraph: 'shop' })),
    'Send at most 100 invalidations at once.',
  ],
])('%s is refused, and nothing is forgotten', async (_, body, error) => {
  const { ask, invalidate } = await shop();
  await ask('{ motto }');
  expect(await invalidate(body)).toEqual({ status: 400, body: { error } });
  expect((await ask('{ motto }')).data).toEqual({ motto: 'motto 1' });
});

test('without an internal token nobody may invalidate, whatever is sent', async () => {
  const { internalUrl } = await gatewayOver([
    await subgraph('one', 'type Query { a: String }', { Query: { a: () => 'a' } }),
  ]);
  const ask = async (init: RequestInit) =>
    (await fetch(new URL('/cache/invalidate', internalUrl), { method: 'POST', body: '[]', ...init })).status;
  expect(await ask({})).toBe(401);
  expect(await ask({ headers: { authorization: 'Bearer undefined' } })).toBe(401);
  expect(await ask({ method: 'GET', body: null })).toBe(405);
});

test('what a mutation says it has changed is forgotten by everybody before its caller hears of it', async () => {
  const { ask } = await shop();
  const [ann, cy] = [
    { sub: 'ann', tid: 't' },
    { sub: 'cy', tid: 'u' },
  ];
  await ask(PRODUCTS, {}, cy);
  await ask('{ motto }', {}, cy);
  const change = 'mutation ($tags: [String!]) { change(tags: $tags) }';
  expect((await ask(change, { tags: ['product-2', 'mottos'] }, ann)).data).toEqual({ change: 'changed' });
  expect(names(await ask(PRODUCTS, {}, cy))).toEqual(['name 1 1', 'name 2 2', 'name 3 1']);
  expect((await ask('{ motto }', {}, cy)).data).toEqual({ motto: 'motto 2' });
});

test('tags that a subgraph gives to entities beside its data are as good as those of its schema', async () => {
  const { ask, invalidate } = await shop();
  const forget = (cache_tag: string) => invalidate([{ kind: 'cache_tag', subgraphs: ['stock'], cache_tag }]);
  await ask(PRODUCTS);
  expect(await forget('row-2')).toMatchObject({ body: { count: 1 } });
  expect(names(await ask(PRODUCTS))).toEqual(['name 1 1', 'name 2 2', 'name 3 1']);
  expect(await forget('stock')).toMatchObject({ body: { count: 3 } });
});
