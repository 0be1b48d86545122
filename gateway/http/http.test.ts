import { request as httpRequest, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent, fetch } from 'undici';
import { expect, test } from 'vitest';
import { gatewayOver, lyingSubgraph, reply, saying, subgraph, type TestGateway } from '../testing.ts';

const SDL = 'type Query { a: Int } type Mutation { change(n: Int): Int }';
const RESOLVERS = { Query: { a: () => 1 }, Mutation: { change: (_: unknown, { n }: { n: number }) => n } };
const standing = async (options = {}) => gatewayOver([await subgraph('one', SDL, RESOLVERS)], options);

const send = (gateway: TestGateway, path: string, method: string, headers = {}, body?: string | Buffer) =>
  gateway.send(path, { method, headers, ...(body === undefined ? {} : { body }) });

const JSON_TYPE = { 'content-type': 'application/json' };
const NEW_TYPE = 'application/graphql-response+json';
const PREFLIGHT = { 'apollo-require-preflight': '1' };
const QUERY = '{"query":"{ a }"}';

/** Sends bytes as they are and gives back the whole answer. */
const raw = (gateway: TestGateway, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

test('every kind of answer is JSON in UTF-8 that nobody reinterprets or keeps', async () => {
  const gateway = await standing();
  const path = '/graphql';
  const post = (headers: object, body: string | Buffer = QUERY) =>
    ['POST', path, { ...JSON_TYPE, ...headers }, body] as const;
  const get = (search: string, headers: object = {}) => ['GET', `${path}${search}`, headers] as const;
  const gzip = { 'content-encoding': 'gzip' };
  const cases: [readonly [string, string, object, (string | Buffer)?], number, string?][] = [
    [post({}), 200],
    [post({ accept: NEW_TYPE }), 200, NEW_TYPE],
    [post({ accept: `${NEW_TYPE}, application/json;q=0.9` }), 200, NEW_TYPE],
    [post({ accept: '*/*' }), 200],
    [post({ accept: 'text/html' }), 406],
    [get('', { accept: 'text/html' }), 406],
    [get('', { accept: 'text/html,*/*;q=0.8' }), 400],
    [get('?query={a}', PREFLIGHT), 200],
    [get('?query={a}', { 'x-apollo-operation-name': 'x' }), 200],
    [get('?query={a}'), 400],
    [get('?query={a}', { ...PREFLIGHT, 'content-type': 'text/plain' }), 415],
    [get('?query=mutation{change}', PREFLIGHT), 405],
    [['DELETE', path, {}], 405],
    [['PUT', path, JSON_TYPE, QUERY], 405],
    [post({ 'content-type': 'text/plain' }), 415],
    [post({ 'content-type': 'application/x-www-form-urlencoded' }, 'query={a}'), 415],
    [post({ 'content-type': 'multipart/form-data; boundary=x' }), 415],
    [post({ 'content-type': 'application/json; charset=UTF-8' }), 200],
    [post({ 'content-type': 'application/json; charset=utf-7' }), 415],
    [post({ 'content-encoding': 'br' }), 415],
    [post(gzip, gzipSync(QUERY)), 200],
    [post(gzip), 400],
    [post({}, ''), 400],
    [post({}, '{"query":'), 400],
    [post({}, `[${QUERY}]`), 400],
    [post({}, '{"query":7}'), 400],
    [post({}, '{"query":"{a}","variables":[1]}'), 400],
    [post({}, '{"query":"{a}","operationName":7}'), 400],
    [['GET', '/', {}], 404],
    [['GET', '/graphiql', { accept: 'text/html' }], 404],
    [['GET', '/playground', { accept: 'text/html' }], 404],
  ];
  for (const [[method, at, sent, body], status, type = 'application/json'] of cases) {
    const { headers, ...got } = await send(gateway, at, method, sent, body);
    expect([method, at, sent, got.status]).toEqual([method, at, sent, status]);
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(got.body.errors === undefined).toBe(status === 200);
    expect(got.text).not.toMatch(/apollo server|<html|node_modules|stack/i);
  }
});

test('a refused document answers 400 in the newer media type and 200 in the older one', async () => {
  const gateway = await standing();
  for (const body of ['{"query":"{"}', '{"query":"{ nope }"}', '{"query":"query ($n: Int!) { a }"}']) {
    expect((await gateway.post(body, { accept: NEW_TYPE })).status).toBe(400);
    expect((await gateway.post(body)).status).toBe(200);
    expect((await gateway.post(body)).body).not.toHaveProperty('data');
  }
});

test('256 kB is the most that is read, however it is sent, and the refusal arrives', async () => {
  const gateway = await standing();
  const large = JSON.stringify({ query: `{ a } #${'x'.repeat(256 * 1024)}` });
  expect((await gateway.post(large)).status).toBe(413);
  const zipped = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  expect((await send(gateway, '/graphql', 'POST', zipped, gzipSync(Buffer.alloc(20 << 20)))).status).toBe(
    413,
  );
  const chunk = 'x'.repeat(100_000);
  const head =
    'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  const body = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(4);
  expect(await raw(gateway, `${head}${body}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413/);
  expect((await gateway.post({ query: `{ a } #${'x'.repeat(255 * 1024)}` })).status).toBe(200);
});

test('variables are as deep as 64 levels, and depth alone costs nothing', async () => {
  const gateway = await standing();
  const nested = (depth: number) =>
    `{"query":"{ a }","variables":{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}}`;
  expect((await gateway.post(nested(64))).status).toBe(200);
  expect((await gateway.post(nested(65))).status).toBe(400);
  const started = performance.now();
  expect((await gateway.post(nested(100_000))).status).toBe(400);
  expect(performance.now() - started).toBeLessThan(200);
});

test('pages of other origins are not let in unless they are listed', async () => {
  const env = { CORS_ORIGINS: 'https://app.example.com' };
  const gateway = await standing({ env });
  const allowed = async (origin: string, method: string) =>
    (
      await send(gateway, '/graphql', method, { ...JSON_TYPE, origin }, method === 'POST' ? QUERY : undefined)
    ).headers.get('access-control-allow-origin');
  for (const method of ['POST', 'OPTIONS']) {
    expect(await allowed('https://app.example.com', method)).toBe('https://app.example.com');
    expect(await allowed('http://localhost:3000', method)).toBe('http://localhost:3000');
    expect(await allowed('https://app.example.com.evil.test', method)).toBeNull();
    expect(await allowed('null', method)).toBeNull();
  }
  const production = await standing({ env: { ...env, NODE_ENV: 'production' }, args: ['--allow-public'] });
  const answer = await send(production, '/graphql', 'OPTIONS', { origin: 'http://localhost:3000' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, null]);
});

test('the page for people is there outside production and loads nothing from elsewhere', async () => {
  const gateway = await standing();
  const page = await send(gateway, '/explore', 'GET', {
    accept: 'text/html',
    'accept-encoding': 'gzip',
  });
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(page.text).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="https?:/);
  const production = await standing({ env: { NODE_ENV: 'production' }, args: ['--allow-public'] });
  expect((await send(production, '/explore', 'GET')).status).toBe(404);
});

/** A subgraph that holds every request until it is told to answer. */
async function held(options = {}) {
  const waiting: (() => void)[] = [];
  const closed: Promise<void>[] = [];
  let arrive: (() => void) | undefined;
  const handler: RequestListener = (request, response) => {
    request.resume();
    closed.push(new Promise((resolve) => response.on('close', () => resolve())));
    waiting.push(() => saying('{"data":{"a":1}}')(request, response));
    arrive?.();
  };
  const gateway = await gatewayOver([await lyingSubgraph('slow', 'type Query { a: Int }', handler)], options);
  const arrival = (count: number) =>
    new Promise<void>((resolve) => {
      arrive = () => void (waiting.length >= count && resolve());
      arrive();
    });
  return { gateway, arrival, closed, release: () => waiting.splice(0).forEach((answer) => answer()) };
}

test('one request more than the gateway may hold is told to come back', async () => {
  const { gateway, arrival, release } = await held({ env: { MAX_IN_FLIGHT: '2' } });
  const first = [gateway.ask('query One { a }'), gateway.ask('query Two { a }')];
  await arrival(2);
  const third = await gateway.ask('{ a }');
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
  expect(third.body.errors?.[0]?.extensions['code']).toBe('OVERLOADED');
  release();
  expect((await Promise.all(first)).map(({ body }) => body.data)).toEqual([{ a: 1 }, { a: 1 }]);
  const fourth = gateway.ask('{ a }');
  await arrival(1);
  release();
  expect((await fourth).status).toBe(200);
});

test('when the client goes away the subgraph is not kept busy', async () => {
  const { gateway, arrival, closed } = await held();
  const client = httpRequest(gateway.url, { method: 'POST', headers: JSON_TYPE });
  client.on('error', () => undefined);
  client.end(QUERY);
  await arrival(1);
  client.destroy();
  await expect(closed[0]).resolves.toBeUndefined();
});

test('a stop answers what is in flight, refuses new connections and ends', async () => {
  const { gateway, arrival, release } = await held();
  const agent = new Agent({ pipelining: 1 });
  const kept = reply(
    fetch(gateway.url, { dispatcher: agent, method: 'POST', headers: JSON_TYPE, body: QUERY }),
  );
  await arrival(1);
  const stopped = gateway.stop();
  const ready = await reply(fetch(`${gateway.internalUrl}/ready`));
  expect([ready.status, ready.text]).toEqual([503, '{"status":"draining"}']);
  release();
  const { status, headers } = await kept;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await stopped;
  await expect(gateway.ask('{ a }')).rejects.toThrow('fetch failed');
  await agent.close();
});

test('what is not HTTP is answered and closed', async () => {
  const gateway = await standing();
  expect(await raw(gateway, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw(gateway, `GET /graphql HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431/,
  );
});
