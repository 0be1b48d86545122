import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { gatewayOver, lyingSubgraph, saying, serve, subgraph } from '../testing.ts';

const HEALTHY =
  'type Query { well: String items: [Item] } type Item @key(fields: "id") { id: ID! name: String }';
const ODD = `type Query { odd: Odd list: [Odd] number: Int }
  type Odd { text: String deep: [Odd] }
  type Item @key(fields: "id") { id: ID! price: Int stock: Int }`;
const QUERY = '{ well odd { text } }';

const healthy = () =>
  subgraph('healthy', HEALTHY, {
    Query: { well: () => 'yes', items: () => ['1', '2', '1'].map((id) => ({ id, name: `I${id}` })) },
    Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `I${id}` }) },
  });

/** A gateway over a healthy subgraph and one that answers with `handler`. */
async function beside(handler: RequestListener, env: Record<string, string> = {}) {
  const odd = await lyingSubgraph('odd', ODD, handler);
  const well = await healthy();
  return { odd, gateway: await gatewayOver([well, odd], { env }) };
}

const UNAVAILABLE = {
  message: 'This part of the service is unavailable right now.',
  path: ['odd'],
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
};

test.each<[string, RequestListener]>([
  ['nothing but {}', saying('{}')],
  ['data: null and no error', saying('{"data":null}')],
  ['a list', saying('[]')],
  ['half a document', saying('{"data":{"odd":{"te')],
  ['no bytes', saying('')],
  ['HTML', saying('<h1>nginx/1.2 at 10.0.0.7</h1>', 200, 'text/html')],
  ['HTML that says it is JSON', saying('<h1>oops</h1>')],
  ['a proxy error page', saying('<h1>502</h1>', 502, 'text/html')],
  ['an error status with JSON', saying('{"errors":[{"message":"select * from users"}]}', 500)],
  [
    'a refusal of the gateway itself',
    saying('{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}', 401),
  ],
  ['data that is a string', saying('{"data":"odd"}')],
  ['errors that are an object', saying('{"data":{"odd":null},"errors":{}}')],
  ['a missing root field', saying('{"data":{}}')],
  ['an object where a list is due', saying('{"data":{"odd":[1]}}')],
  ['a string where an object is due', saying('{"data":{"odd":"text"}}')],
  ['a type name that is a number', saying('{"data":{"odd":{"__typename":7,"text":"x"}}}')],
  ['a closed connection', (request) => request.socket.destroy()],
  [
    'headers and then a closed connection',
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"data"', () => request.socket.destroy());
    },
  ],
])('a subgraph that answers %s costs its field and nothing else', async (_what, handler) => {
  const { gateway } = await beside(handler);
  const { body, status } = await gateway.ask(QUERY);
  expect(status).toBe(200);
  expect(body).toEqual({ data: { well: 'yes', odd: null }, errors: [UNAVAILABLE] });
});

test('a subgraph that is down costs its field and nothing else', async () => {
  const { odd, gateway } = await beside(saying('{}'));
  await odd.close();
  expect((await gateway.ask(QUERY)).body).toEqual({
    data: { well: 'yes', odd: null },
    errors: [UNAVAILABLE],
  });
});

test('a redirect is not followed', async () => {
  let followed = 0;
  const target = await serve((_request, response) => {
    followed++;
    response.end('{"data":{"odd":{"text":"stolen"}}}');
  });
  const { gateway } = await beside((request, response) => {
    request.resume();
    response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end();
  });
  expect((await gateway.ask(QUERY)).body.errors).toEqual([UNAVAILABLE]);
  expect(followed).toBe(0);
});

test('an answer over eight megabytes is cut off', async () => {
  const chunk = Buffer.alloc(1 << 20, ' ');
  const { gateway } = await beside((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (response.write(chunk) && !response.destroyed);
    };
    response.on('drain', more);
    more();
  });
  expect((await gateway.ask(QUERY)).body).toEqual({
    data: { well: 'yes', odd: null },
    errors: [UNAVAILABLE],
  });
});

test.each<[string, RequestListener]>([
  ['never answers', (request) => void request.resume()],
  [
    'drips',
    (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('a subgraph that %s is given up at its own limit', async (_what, handler) => {
  const { gateway } = await beside(handler, { SUBGRAPH_TIMEOUT_MS: '150' });
  const started = performance.now();
  expect((await gateway.ask(QUERY)).body).toEqual({
    data: { well: 'yes', odd: null },
    errors: [UNAVAILABLE],
  });
  expect(performance.now() - started).toBeLessThan(1000);
});

test('the client’s deadline ends a subgraph request before its own limit, and says so', async () => {
  const { gateway } = await beside((request) => void request.resume(), { REQUEST_TIMEOUT_MS: '700' });
  // The first time the operation is planned, which takes a part of the deadline as well.
  await gateway.ask(QUERY);
  const { body } = await gateway.ask(QUERY);
  expect(body.data).toEqual({ well: 'yes', odd: null });
  expect(body.errors).toEqual([
    { message: 'The answer took too long.', path: ['odd'], extensions: { code: 'DEADLINE_EXCEEDED' } },
  ]);
});

test('a wrong value deep in a list costs that value', async () => {
  const { gateway } = await beside(
    saying(
      '{"data":{"list":[{"text":"a","deep":[]},{"text":"b","deep":{"text":"x"}},{"text":"c","deep":[5]}]}}',
    ),
  );
  const { body } = await gateway.ask('{ well list { text deep { text } } }');
  expect(body.data).toEqual({
    well: 'yes',
    list: [
      { text: 'a', deep: [] },
      { text: 'b', deep: null },
      { text: 'c', deep: [null] },
    ],
  });
  expect(body.errors?.map(({ path }) => path)).toEqual([
    ['list', 1, 'deep'],
    ['list', 2, 'deep', 0],
  ]);
});

test('a scalar of the wrong type becomes null with an error', async () => {
  const { gateway } = await beside(saying('{"data":{"number":{"sql":"secret"}}}'));
  const { body, text } = await gateway.ask('{ well number }');
  expect(body.data).toEqual({ well: 'yes', number: null });
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]).toMatchObject({ path: ['number'], extensions: { code: 'INTERNAL' } });
  expect(text).not.toContain('secret');
});

const ENTITIES = '{ items { name price stock } }';

test.each([
  ['too few entities', '{"data":{"_entities":[{"price":1,"stock":1}]}}'],
  ['too many entities', '{"data":{"_entities":[{"price":1},{"price":2},{"price":3},{"price":4}]}}'],
  ['no list of entities', '{"data":{"_entities":{}}}'],
  ['no entities at all', '{"data":{}}'],
])('a subgraph that answers %s leaves the rest of each entity alone', async (_what, text) => {
  const { gateway } = await beside(saying(text));
  const { body } = await gateway.ask(ENTITIES);
  expect(body.data.items).toEqual(
    ['1', '2', '1'].map((id) => ({ name: `I${id}`, price: null, stock: null })),
  );
  expect(body.errors?.every(({ extensions }) => extensions['code'] === 'SUBGRAPH_UNAVAILABLE')).toBe(true);
  expect(body.errors?.map(({ path }) => path?.join('.'))).toEqual(
    [0, 1, 2].flatMap((index) => [`items.${index}.price`, `items.${index}.stock`]),
  );
});

test('an error about a repeated entity is told at each of its places', async () => {
  const errors = '[{"message":"gone","path":["_entities",0,"price"],"extensions":{"code":"NOT_FOUND"}}]';
  const { gateway } = await beside(
    saying(`{"data":{"_entities":[{"price":null,"stock":1},{"price":2,"stock":2}]},"errors":${errors}}`),
  );
  const { body } = await gateway.ask(ENTITIES);
  expect(body.data.items.map(({ price }: { price: number }) => price)).toEqual([null, 2, null]);
  expect(body.errors?.map(({ path }) => path?.join('.'))).toEqual(['items.0.price', 'items.2.price']);
});

test('names that poison prototypes are data', async () => {
  const { gateway } = await beside(
    saying('{"data":{"__proto__":{"text":"p","polluted":1},"constructor":{"text":"c"},"odd":{"text":"o"}}}'),
  );
  const { text } = await gateway.ask('{ __proto__: odd { text } constructor: odd { text } odd { text } }');
  expect(text).toBe('{"data":{"__proto__":{"text":"p"},"constructor":{"text":"c"},"odd":{"text":"o"}}}');
  expect(Object.hasOwn(Object.prototype, 'text') || 'polluted' in {}).toBe(false);
});
