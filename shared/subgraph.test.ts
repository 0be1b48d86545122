import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { AppError } from './errors.ts';
import { newId } from './id.ts';
import { ANONYMOUS, IDENTITY_HEADER, identityVerifier, signIdentity, type Identity } from './identity.ts';
import { keySet } from './keys.ts';
import { createLog } from './log.ts';
import { subgraphSchema } from './subgraph-schema.ts';
import { startSubgraph, type SubgraphRequest } from './subgraph.ts';

const sdl = pathToFileURL(join(mkdtempSync(join(tmpdir(), 'chorus-sdl-')), 'schema.graphql'));
writeFileSync(
  sdl,
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key"])
  type Query { open: String closed: String broken: String told: String big: BigInt }
  type Thing @key(fields: "id") { id: ID! }
  scalar BigInt`,
);
const resolvers = {
  Query: {
    open: () => 'open',
    closed: () => 'closed',
    broken: () => {
      throw new Error('password=hunter2 at 10.0.0.7');
    },
    told: () => {
      throw new AppError('CONFLICT', 'Somebody was faster.', { cause: new Error('secret') });
    },
    big: () => 9_007_199_254_740_993n,
  },
};

const key = await makeSigningKey();

async function running(settle?: (context: SubgraphRequest) => Promise<void>) {
  const part = await startSubgraph<SubgraphRequest>(
    {
      schema: subgraphSchema([{ sdl, resolvers, publicFields: ['open'] }]),
      verify: identityVerifier('things', keySet(key.publicJwks)),
      context: (request) => request,
      ...(settle === undefined ? {} : { settle }),
      log: createLog('test', 'silent'),
    },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(() => part.stop());
  return async (query: string, identity?: Identity, init: RequestInit = {}) => {
    const token =
      identity === undefined ? {} : { [IDENTITY_HEADER]: await signIdentity(identity, 'things', key) };
    const response = await fetch(`http://127.0.0.1:${part.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...token },
      body: JSON.stringify({ query }),
      ...init,
    });
    return {
      status: response.status,
      body: (await response.json()) as { data?: unknown; errors?: unknown[] },
    };
  };
}

const member: Identity = { ...ANONYMOUS, kind: 'member', tenantId: newId(), subject: newId() };

test.each([
  '{ open }',
  '{ _service { sdl } }',
  '{ _entities(representations: []) { __typename } }',
  '{ __schema { types { name } } }',
])('without an identity a subgraph answers nothing: %s', async (query) => {
  const ask = await running();
  expect(await ask(query)).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
});

test('anonymous callers reach the fields marked public and no others', async () => {
  const ask = await running();
  const { body } = await ask('{ open closed _service { sdl } }', ANONYMOUS);
  expect(body.errors).toHaveLength(2);
  expect((await ask('{ open }', ANONYMOUS)).body).toEqual({ data: { open: 'open' } });
});

test('an unexpected failure shows neither its text nor a stack', async () => {
  const ask = await running();
  const { body } = await ask('{ open broken }', member);
  expect(body.data).toEqual({ open: 'open', broken: null });
  expect(body.errors).toEqual([
    { message: 'Something went wrong on our side.', path: ['broken'], extensions: { code: 'INTERNAL' } },
  ]);
});

test('an expected failure keeps its code and sentence, never its cause', async () => {
  const ask = await running();
  expect((await ask('{ told }', member)).body.errors).toEqual([
    { message: 'Somebody was faster.', path: ['told'], extensions: { code: 'CONFLICT' } },
  ]);
});

test('what is left to do is done before the answer, and its failure spoils none', async () => {
  const settled: (string | null)[] = [];
  const ask = await running(async ({ identity }) => {
    settled.push(identity.subject);
    throw new Error('the database is away');
  });
  expect((await ask('{ open broken }', member)).body.data).toEqual({ open: 'open', broken: null });
  expect(settled).toEqual([member.subject]);
});

test('whole numbers beyond 2^53 arrive digit by digit', async () => {
  const ask = await running();
  expect((await ask('{ big }', member)).body.data).toEqual({ big: '9007199254740993' });
});

test.each([
  ['GET', { method: 'GET', body: null }, 400],
  ['a body that is not JSON', { body: '{' }, 400],
  ['a body over the limit', { body: JSON.stringify({ query: `{ open } #${'x'.repeat(4_200_000)}` }) }, 413],
])('%s is refused with a clear error', async (_, init, status) => {
  const ask = await running();
  expect((await ask('{ open }', member, init)).status).toBe(status);
});

test('a body without a length is refused at the limit too, and the refusal arrives', async () => {
  const ask = await running();
  const chunks = ReadableStream.from(Array.from({ length: 80 }, () => Buffer.alloc(65_536, 32)));
  const chunked = { body: chunks, duplex: 'half' } as RequestInit;
  expect((await ask('{ open }', member, chunked)).status).toBe(413);
});
