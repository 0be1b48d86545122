import { expect, test } from 'vitest';
import { foreignIssuer, type ForeignClaims } from '../testing-tokens.ts';
import { gatewayOver, subgraph, type GatewayOptions } from '../testing.ts';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@composeDirective", "@key"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
  @composeDirective(name: "@fieldCache")
  directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT
  type Query {
    own: String
    ofTenant: String @fieldCache(maxAge: 0)
    ofRole: String @fieldCache(maxAge: 0, scope: "ROLE")
    ofAll: String @fieldCache(maxAge: 0, scope: "PUBLIC")
    thing: Thing @fieldCache(maxAge: 0, scope: "PUBLIC")
    quick: String
  }
  type Thing @fieldCache(maxAge: 0, scope: "PUBLIC") { name: String secret: String @fieldCache(maxAge: 0, scope: "USER") }
  type Mutation { change: String }`;

/** A gateway over a subgraph whose fields are answered when the test says so. */
async function holding(options: GatewayOptions = {}) {
  const issuer = await foreignIssuer();
  const arrivals: (() => void)[] = [];
  let open = Promise.withResolvers<string>();
  const held = () => {
    arrivals.splice(0).forEach((arrive) => arrive());
    return open.promise;
  };
  const fields = ['own', 'ofTenant', 'ofRole', 'ofAll', 'name', 'secret'];
  const holds = Object.fromEntries(fields.map((name) => [name, held]));
  const sub = await subgraph('things', SDL, {
    Query: { ...holds, thing: () => ({}), quick: () => 'quick' },
    Thing: holds,
    Mutation: { change: () => 'changed' },
  });
  const other = await subgraph('other', 'type Query { private: String }', {
    Query: { private: () => 'mine' },
  });
  const gateway = await gatewayOver([sub, other], {
    ...options,
    args: ['--jwks', issuer.jwks, ...(options.args ?? [])],
  });
  const bearer = async (claims?: ForeignClaims) =>
    claims === undefined ? {} : { authorization: `Bearer ${await issuer.token(claims)}` };
  const arrival = () => new Promise<void>((resolve) => void arrivals.push(resolve));
  /** Requests that were made; one that waits behind a slow one may be sent again. */
  const count = () => {
    const asked = sub.received.filter(({ query }) => !query.includes('quick'));
    return new Set(asked.map(({ headers }) => headers['chorus-request-id'])).size;
  };
  /** How often the subgraph is asked when the first request of these has arrived there before the others come. */
  const askedFor = async (query: string, headers: readonly Record<string, string>[]): Promise<number> => {
    const [first = {}, ...others] = headers;
    // Whoever has not been seen before is verified first, which takes its own time.
    for (const one of headers) await gateway.ask('{ quick }', {}, one);
    sub.received.length = 0;
    const arrived = arrival();
    const answers = [gateway.ask(query, {}, first)];
    await arrived;
    for (const one of others) answers.push(gateway.ask(query, {}, one));
    await gateway.ask('{ quick }', {}, others.at(-1) ?? {});
    open.resolve('yes');
    const texts = new Set((await Promise.all(answers)).map(({ text }) => text));
    expect([...texts]).toEqual([expect.stringContaining('yes')]);
    open = Promise.withResolvers();
    return count();
  };
  return { gateway, other, bearer, askedFor, arrival, count, open: () => open.resolve('yes') };
}

test('visitors who ask the same at the same time are answered by one execution', async () => {
  const { askedFor } = await holding();
  expect(
    await askedFor(
      '{ own ofTenant }',
      Array.from({ length: 20 }, () => ({})),
    ),
  ).toBe(1);
});

test('what is shared depends on who the callers are and whom the fields are for, never on their tokens', async () => {
  const { askedFor, bearer } = await holding();
  const asked = async (query: string, ...claims: ForeignClaims[]) =>
    askedFor(query, await Promise.all(claims.map(bearer)));
  const [ann, bob] = [
    { sub: 'ann', tid: 't' },
    { sub: 'bob', tid: 't' },
  ];
  expect(await asked('{ own }', ann, { ...ann, jti: 'other', exp: 2e9 })).toBe(1);
  expect(await asked('{ own }', ann, bob)).toBe(2);
  expect(await asked('{ ofTenant ofRole }', ann, bob)).toBe(1);
  expect(await asked('{ ofTenant own }', ann, bob)).toBe(2);
  expect(await asked('{ ofTenant }', ann, { ...bob, tid: 'u' })).toBe(2);
  expect(await asked('{ ofTenant }', ann, { ...ann, iss: 'others' })).toBe(2);
  expect(await asked('{ ofTenant }', ann, { ...bob, scope: 'more' })).toBe(2);
  expect(await asked('{ ofTenant }', { sub: 'ann' }, { sub: 'bob' })).toBe(2);
  expect(await asked('{ ofAll }', { sub: 'ann' }, { sub: 'bob' })).toBe(1);
  expect(await asked('{ ofAll }', { sub: undefined, n: 1 }, { sub: undefined, n: 2 })).toBe(1);
  expect(await asked('{ own }', { sub: undefined, n: 1 }, { sub: undefined, n: 2 })).toBe(2);
  expect(await asked('{ thing { name } }', ann, bob)).toBe(1);
  expect(await asked('{ thing { name ... on Thing { secret } } }', ann, bob)).toBe(2);
});

test('requests that differ by their caller share what they ask of a subgraph in common', async () => {
  const { askedFor, bearer, other } = await holding();
  const callers = await Promise.all([{ sub: 'ann' }, { sub: 'bob' }, { sub: 'cy' }].map(bearer));
  expect(await askedFor('{ ofAll private }', callers)).toBe(1);
  expect(other.received).toHaveLength(3);
  expect(await askedFor('{ own private }', callers)).toBe(3);
});

test('a client header that subgraphs see is part of what must be equal', async () => {
  const { askedFor } = await holding({ args: ['--forward-header', 'accept-language'] });
  const [one, other] = [{ 'accept-language': 'de' }, { 'accept-language': 'fr' }];
  expect(await askedFor('{ own }', [one, other])).toBe(2);
  expect(await askedFor('{ own }', [one, one])).toBe(1);
});

test('other variables or another operation are another execution', async () => {
  const { gateway, arrival, count, open } = await holding();
  const arrived = arrival();
  const query = 'query ($a: Boolean = true) { own @include(if: $a) ofAll }';
  const first = gateway.ask(query, { a: true });
  await arrived;
  const others = [
    gateway.ask(query, { a: false }),
    gateway.ask(query),
    gateway.ask(`${query} `, { a: true }),
  ];
  await gateway.ask('{ quick }');
  open();
  for (const { body } of await Promise.all([first, ...others])) expect(body.data.ofAll).toBe('yes');
  // Another spelling is another execution, which asks the subgraph for the same.
  expect(count()).toBe(3);
});

test('a client that goes away takes nobody’s answer along, and the last one ends the work', async () => {
  const { gateway, arrival, count, open } = await holding();
  const ask = (signal: AbortSignal) =>
    gateway.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ own }"}',
      signal,
    });
  const [first, second] = [new AbortController(), new AbortController()];
  const arrived = arrival();
  const answers = [ask(first.signal)];
  await arrived;
  answers.push(ask(second.signal));
  await gateway.ask('{ quick }');
  first.abort();
  await expect(answers[0]).rejects.toThrow('abort');
  await gateway.ask('{ quick }');
  open();
  expect((await answers[1])?.body).toEqual({ data: { own: 'yes' } });
  expect(count()).toBe(1);
});

test('whoever has changed something does not join what began before', async () => {
  const { gateway, arrival, count, open } = await holding();
  const arrived = arrival();
  const before = gateway.ask('{ own }');
  await arrived;
  expect((await gateway.ask('mutation { change }')).body.data).toEqual({ change: 'changed' });
  const again = arrival();
  const after = gateway.ask('{ own }');
  await again;
  open();
  expect([(await before).body.data, (await after).body.data]).toEqual([{ own: 'yes' }, { own: 'yes' }]);
  expect(count()).toBe(3);
});

test('mutations are never shared', async () => {
  const { gateway, count } = await holding();
  await Promise.all(Array.from({ length: 5 }, () => gateway.ask('mutation { change }')));
  expect(count()).toBe(5);
});

test('a scope that does not exist stops the start', async () => {
  const sdl = SDL.replace('"ROLE"', '"EVERYBODY"');
  await expect(gatewayOver([await subgraph('things', sdl, {})])).rejects.toThrow(
    '@fieldCache on Query.ofRole: the scope is one of PUBLIC, PRICE_BOOK, TENANT, ROLE, USER.',
  );
});
