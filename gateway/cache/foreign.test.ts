import { expect, test } from 'vitest';
import type { ForeignClaims } from '../testing-tokens.ts';
import { gatewayOver, lyingSubgraph } from '../testing.ts';
import { foreignShop, shop } from './testing-shop.ts';

const [ann, bob, cy] = [
  { sub: 'ann', tid: 't' },
  { sub: 'bob', tid: 't' },
  { sub: 'cy', tid: 'u' },
];

test('what is public is shared within one tenant by callers with the same rights, and by nobody else', async () => {
  const { mine } = await foreignShop({ 'cache-control': 'public, max-age=60' });
  expect(await mine(ann)).toBe('mine 1');
  expect(await mine(ann)).toBe('mine 1');
  expect(await mine(bob)).toBe('mine 1');
  expect(await mine(cy)).toBe('mine 2');
  expect(await mine({ ...bob, iss: 'others' })).toBe('mine 3');
  expect(await mine({ ...bob, scope: 'more' })).toBe('mine 4');
  expect(await mine()).toBe('mine 5');
  expect(await mine()).toBe('mine 5');
  expect(await mine(bob)).toBe('mine 1');
});

test.each(['private, max-age=60', 'max-age=60'])(
  'what is %s is kept for each caller alone',
  async (header) => {
    const { mine } = await foreignShop({ 'cache-control': header });
    expect([await mine(ann), await mine(bob), await mine(ann), await mine(bob)]).toEqual([
      'mine 1',
      'mine 2',
      'mine 1',
      'mine 2',
    ]);
    expect(await mine({ ...ann, tid: 'u' })).toBe('mine 3');
    expect(await mine({ ...ann, iss: 'others' })).toBe('mine 4');
  },
);

test('what is private is not kept for callers of whom nobody knows who they are', async () => {
  const { mine, says } = await foreignShop({ 'cache-control': 'private, max-age=60' });
  const nameless = { sub: undefined, tid: 't' };
  expect([await mine(), await mine(), await mine(nameless), await mine(nameless)]).toEqual([
    'mine 1',
    'mine 2',
    'mine 3',
    'mine 4',
  ]);
  says.shop['cache-control'] = 'public';
  expect([await mine(nameless), await mine(nameless), await mine(ann)]).toEqual([
    'mine 5',
    'mine 5',
    'mine 5',
  ]);
  const homeless = { sub: undefined };
  expect([await mine(homeless), await mine(homeless)]).toEqual(['mine 6', 'mine 7']);
});

test.each([
  [{}, 2],
  [{ 'cache-control': 'public, max-age=60, no-store' }, 2],
  [{ 'cache-control': ['public, max-age=60', 'no-cache'] }, 2],
  [{ 'cache-control': 'public, max-age=0' }, 2],
  [{ 'cache-control': 'public, max-age=soon' }, 2],
  [{ 'cache-control': ['public, max-age=60', 'max-age=60'] }, 2],
  [{ 'cache-control': 'public, max-age=60', age: '60' }, 2],
  [{ 'cache-control': 'public, max-age=60', age: ['1', '1'] }, 2],
  [{ 'cache-control': 'public, max-age=60', vary: '*' }, 2],
  [{ 'cache-control': 'public, max-age=60', vary: ['origin', 'chorus-request-id'] }, 2],
  [{ 'cache-control': 'public', vary: ['origin', 'accept-encoding'], age: '20' }, 1],
  [{ 'cache-control': ['public', 's-maxage=60'] }, 1],
  [{ 'cache-control': '' }, 2],
] satisfies [Record<string, string | string[]>, number][])(
  'with the headers %j a caller who asks twice is asked for %i times',
  async (headers, times) => {
    const { ask, mine } = await foreignShop(headers);
    await mine(ann);
    expect(await mine(ann)).toBe(`mine ${times}`);
    const products = '{ products(first: 2) { name } }';
    await ask(products, {}, ann);
    expect((await ask(products, {}, ann)).data.products[1]).toEqual({ name: `name 2 ${times}` });
  },
);

test('the answer to a request that was refused is not kept, whatever its headers say', async () => {
  let asked = 0;
  const error = { message: 'no', path: ['b'], extensions: { code: 'BAD_USER_INPUT' } };
  const liar = await lyingSubgraph('liar', 'type Query { a: Int b: Int }', (request, response) => {
    request.resume();
    const headers = { 'content-type': 'application/json', 'cache-control': 'public' };
    const body = { data: { a: (asked += 1), b: null }, errors: [error] };
    response.writeHead(400, headers).end(JSON.stringify(body));
  });
  const { ask } = await gatewayOver([liar]);
  expect((await ask('{ a b }')).body.data).toEqual({ a: 1, b: null });
  expect((await ask('{ a b }')).body.data).toEqual({ a: 2, b: null });
});

test('metrics count values as found from the first answer on that may be kept', async () => {
  const { ask, mine, metrics } = await foreignShop({ 'cache-control': 'public' });
  await mine(ann);
  await ask('{ mine motto }', {}, bob);
  await mine({ sub: undefined });
  const counted = /\{subgraph="shop",type="Query",field="mine",state="(\w+)"\} (\d+)/g;
  const counts = [...(await metrics()).matchAll(counted)].map(([, state, count]) => `${state} ${count}`);
  expect(counts.toSorted()).toEqual(['bypass 1', 'hit 1', 'miss 1', 'stale 0']);
});

test('what is public and nothing else is kept for a minute, less the time it has waited elsewhere', async () => {
  const { mine, pass, says } = await foreignShop({ 'cache-control': 'public' });
  await mine(ann);
  pass(47);
  expect(await mine(bob)).toBe('mine 1');
  pass(14);
  says.shop['age'] = '50';
  expect(await mine(bob)).toBe('mine 2');
  pass(7);
  expect(await mine(bob)).toBe('mine 2');
  pass(4);
  expect(await mine(bob)).toBe('mine 3');
});

test('an answer that varies by a client header that subgraphs see is kept for each value of it', async () => {
  const args = ['--forward-header', 'X-Language'];
  const { ask } = await foreignShop({ 'cache-control': 'public', vary: 'x-language' }, args);
  const mine = async (language: string) =>
    (await ask('{ mine }', {}, ann, { 'x-language': language })).data.mine as unknown;
  expect([await mine('de'), await mine('en'), await mine('de'), await mine('en')]).toEqual([
    'mine 1',
    'mine 2',
    'mine 1',
    'mine 2',
  ]);
});

test('what fetches of one operation brought is kept as each of them says', async () => {
  const { ask, says, pass } = await foreignShop({ 'cache-control': 'public, max-age=10' });
  says.stock['cache-control'] = 'private, max-age=600';
  const query = '{ mine products(first: 2) { name } }';
  const names = async (claims: ForeignClaims) => {
    const { data, shop: root, stock } = await ask(query, {}, claims);
    return [data.mine, data.products[0].name, root, stock.length] as unknown;
  };
  expect(await names(ann)).toEqual(['mine 1', 'name 1 1', 1, 1]);
  expect(await names(bob)).toEqual(['mine 1', 'name 1 2', 0, 1]);
  expect(await names(ann)).toEqual(['mine 1', 'name 1 1', 0, 0]);
  pass(11);
  expect(await names(ann)).toEqual(['mine 2', 'name 1 1', 1, 0]);
  says.stock['cache-control'] = 'no-store';
  pass(600);
  expect(await names(ann)).toEqual(['mine 3', 'name 1 3', 1, 1]);
  expect(await names(ann)).toEqual(['mine 3', 'name 1 4', 0, 1]);
});

test('an explanation tells what headers made of each place', async () => {
  const { why, says, pass, down } = await foreignShop({
    'cache-control': 'public, max-age=10, stale-while-revalidate=60',
  });
  says.stock['cache-control'] = 'no-store';
  const query = '{ products(first: 2) { name } mine }';
  const told = async (claims: ForeignClaims = ann) => {
    const paths = await why(query, claims);
    return [paths['mine']?.cache, paths['products.name']?.cache];
  };
  const reason = 'not kept yet, or not any more';
  const unkept = (because: string) => `the subgraph's answer may not be kept: ${because}`;
  const [cold, name] = await told();
  expect(cold).toEqual({ state: 'miss', scope: 'TENANT', reason });
  expect(name).toMatchObject({ state: 'bypass', reason: unkept('no-store') });
  says.stock['cache-control'] = 'private, max-age=60';
  const [warm, kept] = await told();
  expect(warm).toEqual({ state: 'hit', scope: 'TENANT', age: 0, ttl: expect.any(Number) });
  expect(kept).toMatchObject({ state: 'miss', scope: 'USER', reason, objects: { miss: 2 } });
  pass(12);
  const [stale, hit] = await told();
  expect(stale).toMatchObject({ state: 'stale', scope: 'TENANT', age: 12 });
  expect(stale?.ttl).toBeLessThan(0);
  expect(hit).toMatchObject({ state: 'hit', scope: 'USER', age: 12, objects: { hit: 2 } });
  const [, nobodys] = await told({ sub: undefined, tid: 't' });
  expect(nobodys).toMatchObject({
    state: 'bypass',
    reason: unkept('it is private, and nobody knows who calls'),
  });
  pass(60);
  await down();
  expect((await told())[1]).toMatchObject({ state: 'miss', scope: 'USER', reason: 'too old' });
});

test('where the schema says how long something is kept, headers change nothing', async () => {
  const { ask, says } = await shop();
  says.shop['cache-control'] = 'no-store';
  says.stock['cache-control'] = 'public, max-age=60';
  const query = '{ motto products(first: 1) { name secret } }';
  await ask(query);
  expect((await ask(query)).data).toEqual({
    motto: 'motto 1',
    products: [{ name: 'name 1 1', secret: 'secret 1 2' }],
  });
});
