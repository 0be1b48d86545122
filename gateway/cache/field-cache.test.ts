import { expect, onTestFinished, test, vi } from 'vitest';
import { foreignIssuer, type ForeignClaims } from '../testing-tokens.ts';
import { gatewayOver, subgraph } from '../testing.ts';

const CHORUS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@composeDirective", "@key", "@external", "@requires"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
  @composeDirective(name: "@fieldCache")
  directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT\n`;

const SHOP = `${CHORUS}
  type Query {
    products(first: Int = 3): [Product!]
    motto: String @fieldCache(maxAge: 60, scope: "PUBLIC")
    hello(name: String): String @fieldCache(maxAge: 60, scope: "PUBLIC")
    mine: String @fieldCache(maxAge: 60, scope: "USER")
    ofTenant: String @fieldCache(maxAge: 60)
    soon: String @fieldCache(maxAge: 10, scope: "PUBLIC", swr: 100)
    uncached: String
  }
  type Product @key(fields: "upc") { upc: ID! }
  type Mutation { change: String }`;

const STOCK = `${CHORUS}
  type Product @key(fields: "upc") {
    upc: ID! @fieldCache(maxAge: 60, scope: "PUBLIC")
    name: String @fieldCache(maxAge: 60, scope: "PUBLIC")
    title(language: String): String @fieldCache(maxAge: 60, scope: "PUBLIC")
    price: Int @fieldCache(maxAge: 10, scope: "PUBLIC")
    size: Size @fieldCache(maxAge: 60, scope: "PUBLIC")
    related: [Product] @fieldCache(maxAge: 60, scope: "PUBLIC")
    lasting: String @fieldCache(maxAge: 60, scope: "PUBLIC", sie: 600)
    secret: String
  }
  type Size @fieldCache(maxAge: 60, scope: "PUBLIC") { width: Int height: Int weight: Int @fieldCache(maxAge: 10, scope: "PUBLIC") }`;

/** A shop whose values tell how often they were made; moments are in the test's hand. */
async function shop() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const issuer = await foreignIssuer();
  const made = new Map<string, number>();
  const make = (what: string) => {
    const count = (made.get(what) ?? 0) + 1;
    made.set(what, count);
    return `${what} ${count}`;
  };
  const failing = new Set<string>();
  const value = (what: string) => {
    if (failing.has(what)) throw new Error('broken');
    return make(what);
  };
  const shopping = await subgraph('shop', SHOP, {
    Query: {
      products: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (_each, index) => ({ upc: String(index + 1) })),
      motto: () => value('motto'),
      hello: (_: unknown, { name }: { name: string }) => value(`hello ${name}`),
      mine: () => value('mine'),
      ofTenant: () => value('ofTenant'),
      soon: () => value('soon'),
      uncached: () => value('uncached'),
    },
    Mutation: { change: () => 'changed' },
  });
  const stock = await subgraph('stock', STOCK, {
    Product: {
      __resolveReference: ({ upc }: { upc: string }) => (failing.has(`product ${upc}`) ? null : { upc }),
      name: ({ upc }: { upc: string }) => value(`name ${upc}`),
      title: ({ upc }: { upc: string }, { language }: { language: string }) => value(`title ${upc} ${language}`),
      price: ({ upc }: { upc: string }) => Number(value(`price ${upc}`).split(' ')[2]),
      size: ({ upc }: { upc: string }) => ({ width: Number(value(`size ${upc}`).split(' ')[2]), height: 1, weight: 2 }),
      related: ({ upc }: { upc: string }) => [{ upc: `r${upc}` }],
      secret: ({ upc }: { upc: string }) => value(`secret ${upc}`),
      lasting: ({ upc }: { upc: string }) => value(`lasting ${upc}`),
    },
  });
  const gateway = await gatewayOver([shopping, stock], { args: ['--jwks', issuer.jwks] });
  /** Answers `data` and what was asked of each subgraph. */
  const ask = async (query: string, variables: Record<string, unknown> = {}, claims?: ForeignClaims) => {
    shopping.received.length = 0;
    stock.received.length = 0;
    const headers = claims === undefined ? {} : { authorization: `Bearer ${await issuer.token(claims)}` };
    const { body } = await gateway.ask(query, variables, headers);
    return {
      data: body.data,
      errors: body.errors,
      extensions: body.extensions,
      shop: shopping.received.length,
      stock: stock.received.map((one) => ({
        fields: /\{(?:__typename )?([^{}]*(?:\{[^{}]*\})?[^{}]*)\}\}\}$/.exec(one.query)?.[1],
        upcs: (one.variables['representations'] as { upc: string }[]).map(({ upc }) => upc).join(' '),
      })),
    };
  };
  return { ask, failing, down: stock.close, pass: (seconds: number) => void vi.advanceTimersByTime(seconds * 1000) };
}

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
  expect(data).toEqual({ products: ['name 1 1', 'name 2 1', 'name 3 1', 'name 4 1'].map((name) => ({ name })) });
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

test('an object within an object lives as long as the shortest of its fields that was asked for', async () => {
  const { ask, pass } = await shop();
  const [short, long] = ['{ products(first: 1) { size { width weight } } }', '{ products(first: 1) { size { width } } }'];
  expect((await ask(short)).data).toEqual({ products: [{ size: { width: 1, weight: 2 } }] });
  expect((await ask(long)).data).toEqual({ products: [{ size: { width: 2 } }] });
  pass(11);
  expect((await ask(long)).stock).toEqual([]);
  expect((await ask(short)).data).toEqual({ products: [{ size: { width: 3, weight: 2 } }] });
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
  expect(await asked('{ mine ofTenant motto }', ann)).toEqual({ mine: 'mine 1', ofTenant: 'ofTenant 1', motto: 'motto 1' });
  expect(await asked('{ mine ofTenant motto }', ann)).toEqual({ mine: 'mine 1', ofTenant: 'ofTenant 1', motto: 'motto 1' });
  expect(await asked('{ mine ofTenant motto }', bob)).toEqual({ mine: 'mine 2', ofTenant: 'ofTenant 1', motto: 'motto 1' });
  expect(await asked('{ mine ofTenant motto }', cy)).toEqual({ mine: 'mine 3', ofTenant: 'ofTenant 2', motto: 'motto 1' });
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
  expect((await ask('{ mine ofTenant }', {}, ann)).data).toEqual({ mine: 'mine 2', ofTenant: 'ofTenant 3' });
  expect((await ask('{ ofTenant }', {}, cy)).data).toEqual({ ofTenant: 'ofTenant 2' });
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

test('a choice of fields by a variable is respected, and what is asked whole is not kept', async () => {
  const { ask } = await shop();
  const query = 'query ($all: Boolean!) { products(first: 1) { name price @include(if: $all) } }';
  expect((await ask(query, { all: true })).data).toEqual({ products: [{ name: 'name 1 1', price: 1 }] });
  expect((await ask(query, { all: false })).data).toEqual({ products: [{ name: 'name 1 1' }] });
  expect((await ask(query, { all: true })).data).toEqual({ products: [{ name: 'name 1 1', price: 2 }] });
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
  expect(partly.data).toEqual({ products: [{ lasting: 'lasting 1 1' }, { lasting: 'lasting 2 1' }, { lasting: null }] });
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
