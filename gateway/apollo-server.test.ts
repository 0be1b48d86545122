import { readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { createLog } from '@chorus/shared/log.ts';
import { GraphQLError } from 'graphql';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { chorus, serverOptions, type ChorusOptions } from './apollo-server.ts';
import { assemble } from './assembly.ts';
import { readConfig } from './config.ts';
import { compose, lyingSubgraph, saying, subgraph, temporaryFile, type TestSubgraph } from './testing.ts';
import { apolloDoor, apolloDoorWith } from './testing-doors.ts';
import { productGateway } from './testing-product.ts';

const SDL =
  'type Query { a: Int hidden: Int @authenticated b: Int @tag(name: "open") } type Mutation { change: Int }';
const RESOLVERS = { Query: { a: () => 1, b: () => 2 }, Mutation: { change: () => 1 } };
const one = () => subgraph('one', SDL, RESOLVERS);

const LOG = createLog('test', 'silent');
const fileOf = (subgraphs: readonly TestSubgraph[]) =>
  temporaryFile('supergraph.graphql', compose(subgraphs));

afterEach(() => vi.unstubAllEnvs());

/** Writes down the fields that each schema offers. */
const watching = (shown: string[]): ApolloServerPlugin => ({
  serverWillStart: async () => ({
    schemaDidLoadOrUpdate: ({ apiSchema }) =>
      void shown.push(Object.keys(apiSchema.getQueryType()?.getFields() ?? {}).join(' ')),
  }),
});

test('of a contract nobody sees more than is tagged, plugins included', async () => {
  const shown: string[] = [];
  const options = chorus({ supergraph: fileOf([await one()]), contract: 'open', log: LOG });
  const { ask } = await apolloDoorWith({ ...options, plugins: [...options.plugins, watching(shown)] });
  expect((await ask('{ b }')).body).toEqual({ data: { b: 2 } });
  expect((await ask('{ a }')).body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(shown).toEqual(['b']);
});

test('a changed file is served with no restart, and plugins are told of it', async () => {
  const [before, after] = [await subgraph('one', 'type Query { b: Int }', RESOLVERS), await one()];
  const supergraph = fileOf([before]);
  const shown: string[] = [];
  const options = chorus({ supergraph, log: LOG });
  const { ask } = await apolloDoorWith({ ...options, plugins: [...options.plugins, watching(shown)] });
  expect((await ask('{ a }')).body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  writeFileSync(supergraph, compose([after]));
  await vi.waitFor(async () => expect((await ask('{ a }')).body).toEqual({ data: { a: 1 } }), 15_000);
  expect(shown).toEqual(['b', 'a hidden b']);
});

test('a function may give the supergraph and tell of newer ones, as with ApolloGateway', async () => {
  const [before, after] = [await subgraph('one', 'type Query { b: Int }', RESOLVERS), await one()];
  const cleanup = vi.fn<() => Promise<void>>(async () => undefined);
  let tell: ((sdl: string) => void) | undefined;
  const options = chorus({
    log: LOG,
    supergraphSdl: async ({ update }) => {
      tell = update;
      return { supergraphSdl: compose([before]), cleanup };
    },
  });
  const server = new ApolloServer(options);
  await server.start();
  const ask = async () => (await server.executeOperation({ query: '{ a b }' })).body;
  expect(await ask()).toMatchObject({
    singleResult: { errors: [{ message: expect.stringContaining('"a"') }] },
  });
  tell?.(compose([after]));
  await vi.waitFor(
    async () => expect(await ask()).toMatchObject({ singleResult: { data: { a: 1, b: 2 } } }),
    15_000,
  );
  await server.stop();
  expect(cleanup).toHaveBeenCalledOnce();
});

test('what a server held for a text is gone when it stops, and when another part keeps it from starting', async () => {
  const supergraphSdl = compose([await one()]);
  const folder = temporaryFile('x', '').slice(0, -2);
  vi.stubEnv('TMPDIR', folder);
  const held = () => readdirSync(folder).filter((name) => name.startsWith('chorus-supergraph-'));
  const server = new ApolloServer(chorus({ supergraphSdl, log: LOG }));
  await server.start();
  expect(held()).toHaveLength(1);
  await server.stop();
  expect(held()).toEqual([]);
  const options = chorus({ supergraphSdl, log: LOG });
  const failing: ApolloServerPlugin = { serverWillStart: () => Promise.reject(new Error('no licence')) };
  await expect(
    new ApolloServer({ ...options, plugins: [...options.plugins, failing] }).start(),
  ).rejects.toThrow('no licence');
  expect(held()).toEqual([]);
});

test('plugins of the customer see operations, and what they refuse is refused in their words', async () => {
  const supergraph = fileOf([await one()]);
  const seen: (string | null)[] = [];
  const mine: ApolloServerPlugin = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operationName }) => {
        seen.push(operationName);
        if (operationName === 'Bad') throw new GraphQLError('Not today.', { extensions: { code: 'CLOSED' } });
      },
      willSendResponse: async ({ response }) => void response.http.headers.set('x-mine', 'yes'),
    }),
  };
  const options = chorus({ supergraph, log: LOG });
  const { ask } = await apolloDoorWith({ ...options, plugins: [...options.plugins, mine] });
  const good = await ask('query Good { a }');
  expect([good.status, good.body, good.headers.get('x-mine')]).toEqual([200, { data: { a: 1 } }, 'yes']);
  const bad = await ask('query Bad { a }');
  expect(bad.body).toEqual({ errors: [{ message: 'Not today.', extensions: { code: 'CLOSED' } }] });
  expect(bad.headers.get('cache-control')).toBe('no-store');
  expect(seen).toEqual(['Good', 'Bad']);
});

test('whoever drops our plugin loses wording and headers, not protection', async () => {
  const supergraph = fileOf([await one()]);
  const { ask, send } = await apolloDoorWith({ ...chorus({ supergraph, log: LOG }), plugins: [] });
  expect((await ask('{ hidden }')).body).toMatchObject({
    data: { hidden: null },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  for (const search of ['?query={a}', '?query=mutation{change}'])
    expect((await send({}, search)).status).toBeGreaterThanOrEqual(400);
});

test('a web server that parses whatever is sent opens no way for forged requests', async () => {
  const { received, ...rest } = await one();
  const server = new ApolloServer(chorus({ supergraph: fileOf([{ received, ...rest }]), log: LOG }));
  await server.start();
  onTestFinished(() => server.stop());
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const httpGraphQLRequest = {
      method: 'POST',
      headers: new HeaderMap([['content-type', type]]),
      search: '',
      body: { query: 'mutation { change }' },
    };
    const answer = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => ({}) });
    expect(answer.status).toBe(415);
  }
  expect(received).toEqual([]);
});

test('what a context or a plugin lets slip is masked', async () => {
  const options = chorus({ supergraph: fileOf([await one()]), log: LOG });
  const slipping = (message: string): ApolloServerPlugin => ({
    requestDidStart: () => Promise.reject(new Error(message)),
  });
  const { ask } = await apolloDoorWith({
    ...options,
    plugins: [...options.plugins, slipping('at 10.0.0.7')],
  });
  const { status, body } = await ask('{ a }');
  expect([status, body]).toEqual([
    500,
    { errors: [{ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } }] },
  ]);
});

test('in production the schema is not shown unless it is asked for', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  const supergraph = fileOf([await one()]);
  const shown = async (options: Partial<ChorusOptions>) => {
    const { ask } = await apolloDoor({ supergraph, ...options });
    return (await ask('{ __schema { queryType { name } } }')).body.data !== undefined;
  };
  expect(await shown({})).toBe(false);
  expect(await shown({ introspection: true })).toBe(true);
});

test('what nobody can read is not run', async () => {
  const { received, ...rest } = await one();
  const { ask } = await apolloDoor({ supergraph: fileOf([{ received, ...rest }]) });
  expect((await ask('mutation { change }', {}, { accept: 'image/png' })).status).toBe(406);
  expect(received).toEqual([]);
});

/** A subgraph that tells when it is asked, and answers when it is told to. */
async function held() {
  let arrive = () => {};
  let leave = () => {};
  let release = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const left = new Promise<void>((resolve) => (leave = resolve));
  const slow = await lyingSubgraph('slow', 'type Query { a: Int }', (request, response) => {
    request.resume();
    response.on('close', leave);
    release = () => saying('{"data":{"a":1}}')(request, response);
    arrive();
  });
  return { supergraph: fileOf([slow]), arrived, left, release: () => release() };
}

test('when the client goes away the subgraph is not kept busy', async () => {
  const { supergraph, arrived, left } = await held();
  const { url } = await apolloDoor({ supergraph });
  const client = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  client.on('error', () => undefined);
  client.end('{"query":"{ a }"}');
  await arrived;
  client.destroy();
  await expect(left).resolves.toBeUndefined();
});

test('one request more than may be answered at once is told to come back', async () => {
  const { supergraph, arrived, release } = await held();
  const { ask } = await apolloDoor({ supergraph, maxInFlight: 1 });
  const first = ask('{ a }');
  await arrived;
  const second = await ask('{ a }');
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
  expect(second.body.errors?.[0]?.extensions['code']).toBe('OVERLOADED');
  release();
  expect((await first).body).toEqual({ data: { a: 1 } });
});

test('the product too may be served by Apollo Server, to callers who are signed in', async () => {
  const { gateway, settings, bus, token, ann } = await productGateway();
  const config = { ...readConfig([], settings), supergraphFile: gateway.supergraphFile };
  const { ask } = await apolloDoorWith(serverOptions(config, LOG, () => assemble(config, LOG, () => bus)));
  const headers = { authorization: `Bearer ${await token(ann)}` };
  for (const query of ['{ whoami }', '{ __schema { queryType { name } } }'])
    expect((await ask(query, {}, headers)).body).toEqual((await gateway.ask(query, {}, headers)).body);
});
