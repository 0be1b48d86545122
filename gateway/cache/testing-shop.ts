import { onTestFinished, vi } from 'vitest';
import { foreignIssuer, type ForeignClaims, type ForeignIssuer } from '../testing-tokens.ts';
import { gatewayOver, subgraph, type GatewayOptions, type TestSubgraph } from '../testing.ts';

export const CHORUS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@composeDirective", "@key", "@cacheTag"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
  @composeDirective(name: "@fieldCache")
  directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT\n`;

const SHOP = `
  type Query {
    products(first: Int = 3): [Product!]
    motto: String @fieldCache(maxAge: 60, scope: "PUBLIC") @cacheTag(format: "mottos")
    greet(name: String!): String @fieldCache(maxAge: 60, scope: "PUBLIC") @cacheTag(format: "greet-{$args.name}")
    hello(name: String): String @fieldCache(maxAge: 60, scope: "PUBLIC")
    mine: String @fieldCache(maxAge: 60, scope: "USER")
    ofTenant: String @fieldCache(maxAge: 60)
    soon: String @fieldCache(maxAge: 10, scope: "PUBLIC", swr: 100)
    brief: String @fieldCache(maxAge: 1, scope: "PUBLIC")
    fleeting: String @fieldCache(maxAge: 1, scope: "PUBLIC", swr: 100)
    uncached: String
  }
  type Product @key(fields: "upc") { upc: ID! }
  type Mutation { change(tags: [String!]): String }`;

const STOCK = `
  type Product @key(fields: "upc") @cacheTag(format: "product-{$key.upc}") {
    upc: ID! @fieldCache(maxAge: 60, scope: "PUBLIC")
    name: String @fieldCache(maxAge: 60, scope: "PUBLIC")
    title(language: String): String @fieldCache(maxAge: 60, scope: "PUBLIC")
    price: Int @fieldCache(maxAge: 10, scope: "PUBLIC")
    size: Size @fieldCache(maxAge: 60, scope: "PUBLIC")
    related: [Product] @fieldCache(maxAge: 60, scope: "PUBLIC")
    lasting: String @fieldCache(maxAge: 60, scope: "PUBLIC", sie: 600)
    enduring: String @fieldCache(maxAge: 1, scope: "PUBLIC", sie: 600)
    secret: String
  }
  type Size @fieldCache(maxAge: 60, scope: "PUBLIC") { width: Int height: Int weight: Int @fieldCache(maxAge: 10, scope: "PUBLIC") }`;

interface Context {
  extensions: Record<string, unknown>;
}

interface Upc {
  upc: string;
}

/** What the shop's subgraph answers; `value` makes one up, or fails. */
const shopOf = (value: (what: string) => string | Promise<string>) => ({
  Query: {
    products: (_: unknown, { first }: { first: number }) =>
      Array.from({ length: first }, (_each, index) => ({ upc: String(index + 1) })),
    greet: (_: unknown, { name }: { name: string }) => value(`greet ${name}`),
    hello: (_: unknown, { name }: { name: string }) => value(`hello ${name}`),
    ...Object.fromEntries(
      ['motto', 'mine', 'ofTenant', 'soon', 'brief', 'fleeting', 'uncached'].map((name) => [
        name,
        () => value(name),
      ]),
    ),
  },
  Mutation: {
    change: (_: unknown, { tags }: { tags?: string[] }, { extensions }: Context) => {
      if (tags !== undefined) extensions['invalidatedCacheTags'] = tags;
      return 'changed';
    },
  },
});

const stockOf = (
  value: (what: string) => string | Promise<string>,
  make: (what: string) => string,
  isThere: (upc: string) => boolean,
) => {
  const number = (what: string) => Number(make(what).split(' ').at(-1));
  return {
    Product: {
      __resolveReference: ({ upc }: Upc, { extensions }: Context) => {
        ((extensions['apolloEntityCacheTags'] ??= []) as string[][]).push([`row-${upc}`]);
        extensions['apolloCacheTags'] = ['stock'];
        return isThere(upc) ? { upc } : null;
      },
      title: ({ upc }: Upc, { language }: { language: string }) => value(`title ${upc} ${language}`),
      price: ({ upc }: Upc) => number(`price ${upc}`),
      size: ({ upc }: Upc) => ({ width: number(`size ${upc}`), height: 1, weight: 2 }),
      related: ({ upc }: Upc) => [{ upc: `r${upc}` }],
      ...Object.fromEntries(
        ['name', 'secret', 'lasting', 'enduring'].map((name) => [
          name,
          ({ upc }: Upc) => value(`${name} ${upc}`),
        ]),
      ),
    },
  };
};

interface ShopOptions {
  /** Of somebody who knows no `@fieldCache`. */
  isForeign?: boolean;
  args?: readonly string[];
}

/** A shop whose values tell how often they were made; moments are in the test's hand. */
export async function shop({ isForeign = false, args = [] }: ShopOptions = {}) {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { open, ...hands } = await shopOfMany(isForeign);
  const pass = (seconds: number) => void vi.advanceTimersByTime(seconds * 1000);
  return { ...(await open({ args })), ...hands, pass };
}

/** The same shop behind as many gateways as are opened; time passes by itself. */
export async function shopOfMany(isForeign = false) {
  const made = new Map<string, number>();
  /** Values, and products as `product UPC`. */
  const failing = new Set<string>();
  const make = (what: string) => {
    if (failing.has(what)) throw new Error('broken');
    const count = (made.get(what) ?? 0) + 1;
    made.set(what, count);
    return `${what} ${count}`;
  };
  const held = new Map<string, (made: string) => Promise<string>>();
  const value = (what: string) => {
    const holding = held.get(what);
    held.delete(what);
    return holding === undefined ? make(what) : holding(make(what));
  };
  /** Headers of all their answers. */
  const says: Record<'shop' | 'stock', Record<string, string | string[]>> = { shop: {}, stock: {} };
  const sdlOf = (text: string) => (isForeign ? text.replaceAll(/@fieldCache\([^)]*\)/g, '') : CHORUS + text);
  const shopping = await subgraph('shop', sdlOf(SHOP), shopOf(value), says.shop);
  const isThere = (upc: string) => !failing.has(`product ${upc}`);
  const stock = await subgraph('stock', sdlOf(STOCK), stockOf(value, make, isThere), says.stock);
  const issuer = await foreignIssuer();
  const open = (options: GatewayOptions = {}) => asking([shopping, stock], issuer, options);
  return { open, says, failing, hold: holdingIn(held), down: stock.close };
}

/** A foreign one with headers for all that its subgraphs answer. */
export async function foreignShop(headers: Record<string, string | string[]>, args: readonly string[] = []) {
  const shopping = await shop({ isForeign: true, args });
  Object.assign(shopping.says.shop, headers);
  Object.assign(shopping.says.stock, headers);
  const mine = async (claims?: ForeignClaims): Promise<unknown> =>
    (await shopping.ask('{ mine }', {}, claims)).data.mine;
  return { ...shopping, mine };
}

/** Holds the next answer of a value back until it is released; `arrived` is when the subgraph was asked. */
const holdingIn = (held: Map<string, (made: string) => Promise<string>>) => (what: string) => {
  const [arrival, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held.set(what, async (made) => {
    arrival.resolve();
    await open.promise;
    return made;
  });
  return { arrived: arrival.promise, release: () => open.resolve() };
};

export const TOKEN = 'a token for the inside';

/** The last selection of an operation, type names aside. */
const SELECTED = /\{(?:__typename )?([^{}]*(?:\{[^{}]*\})?[^{}]*)\}\}\}$/;

/** Asks the gateway, and tells beside the answer what it asked of each subgraph. */
async function asking(
  [shopping, stock]: [TestSubgraph, TestSubgraph],
  issuer: ForeignIssuer,
  { env = {}, args = [], ...options }: GatewayOptions,
) {
  const gateway = await gatewayOver([shopping, stock], {
    ...options,
    args: ['--jwks', issuer.jwks, ...args],
    env: { CHORUS_INTERNAL_TOKEN: TOKEN, ...env },
  });
  const ask = async (
    query: string,
    variables: Record<string, unknown> = {},
    claims?: ForeignClaims,
    sent: Record<string, string> = {},
  ) => {
    shopping.received.length = 0;
    stock.received.length = 0;
    const bearer = claims === undefined ? {} : { authorization: `Bearer ${await issuer.token(claims)}` };
    const headers = { ...bearer, ...sent };
    const { body, headers: head } = await gateway.ask(query, variables, headers);
    const { data, errors, extensions } = body;
    const asked = stock.received.map((one) => ({
      fields: SELECTED.exec(one.query)?.[1],
      upcs: (one.variables['representations'] as Upc[]).map(({ upc }) => upc).join(' '),
    }));
    return { data, errors, extensions, head, shop: shopping.received.length, stock: asked };
  };
  const invalidate = async (body: unknown, token = TOKEN) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(new URL('/cache/invalidate', gateway.internalUrl), sent);
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const why = async (query: string, claims: ForeignClaims = { sub: 'ann' }) => {
    const token = await issuer.token({ ...claims, scope: 'request.explain' });
    const headers = { 'chorus-explain': '1', authorization: `Bearer ${token}` };
    return (await gateway.ask(query, {}, headers)).body.extensions?.why.paths ?? {};
  };
  const metrics = async () => (await fetch(new URL('/metrics', gateway.internalUrl))).text();
  return { ask, why, invalidate, metrics, send: gateway.send, stop: gateway.stop };
}
