import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readBody } from '@chorus/shared/http.ts';
import { createLog } from '@chorus/shared/log.ts';
import { assert, asyncProperty, array, boolean, constantFrom, record } from 'fast-check';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { Call, SessionRelay } from '../request.ts';
import { serve } from '../testing.ts';
import { whenFinished } from '../testing-lifetime.ts';
import { transport } from './transport.ts';

const SCHEMA = buildSchema('type Query { odd: String } type Mutation { change: String }');
const FAR_MS = 20_000;

interface Asking {
  body?: string;
  sharedBy?: string | undefined;
  query?: string;
  leftMs?: number;
  signal?: AbortSignal;
  session?: SessionRelay;
}

/** A transport to a subgraph that answers each body with itself, when it is released. */
async function held() {
  const open: { body: string; response: ServerResponse }[] = [];
  const sockets = new Set<Socket>();
  const { port } = await serve((request, response) => {
    sockets.add(request.socket);
    void readBody(request, 1e7).then(
      (body) => open.push({ body, response }),
      () => undefined,
    );
  });
  const { ask, shapeOf, stop } = transport({
    targets: new Map([['odd', { origin: `http://127.0.0.1:${port}`, path: '/graphql' }]]),
    schema: SCHEMA,
    timeoutMs: FAR_MS,
    log: createLog('test', 'silent'),
  });
  whenFinished(stop);
  const asking = ({ body = 'a', sharedBy, query = '{ odd }', leftMs = FAR_MS, signal, session }: Asking) =>
    ask({
      subgraph: 'odd',
      body,
      shape: shapeOf(query),
      sent: 0,
      sharedBy,
      call: {
        requestId: 'request',
        deadline: Date.now() + leftMs,
        signal: signal ?? new AbortController().signal,
        identity: () => undefined,
        forwarded: {},
        session,
      } as Partial<Call> as Call,
    });
  const arrived = (count: number) => expect.poll(() => open.length, { interval: 2 }).toBe(count);
  const release = (status = 200) => {
    for (const { body, response } of open.splice(0))
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: { odd: body } }));
  };
  const closed = () => [...sockets].filter(({ destroyed }) => destroyed).length;
  return { asking, arrived, release, closed };
}

const late = { data: null, errors: [{ message: '', extensions: { code: 'DEADLINE_EXCEEDED' } }] };

test('equal questions of those who may share the answer are asked once, and have one answer', async () => {
  const { asking, arrived, release } = await held();
  const answers = Array.from({ length: 10 }, () => asking({ sharedBy: 'acme' }));
  await arrived(1);
  release();
  const [first, ...others] = await Promise.all(answers);
  expect(first).toEqual({ data: { odd: 'a' }, errors: [] });
  for (const other of others) expect(other).toBe(first);
});

test('an answer is shared only while it is awaited', async () => {
  const { asking, arrived, release } = await held();
  const once = async () => {
    const answer = asking({ sharedBy: 'acme' });
    await arrived(1);
    release();
    return answer;
  };
  expect(await once()).not.toBe(await once());
});

test.each<[string, Asking, Asking]>([
  ['different questions', { sharedBy: 'acme' }, { sharedBy: 'acme', body: 'b' }],
  ['questions of others', { sharedBy: 'acme' }, { sharedBy: 'globex' }],
  ['questions nobody may share', {}, {}],
  ['a key that runs into the text', { sharedBy: 'acme', body: '1b' }, { sharedBy: 'acme1', body: 'b' }],
  [
    'mutations',
    { sharedBy: 'acme', query: 'mutation { change }' },
    { sharedBy: 'acme', query: 'mutation { change }' },
  ],
  [
    'questions with a session cookie',
    { sharedBy: 'acme' },
    { sharedBy: 'acme', session: { subgraph: 'odd', cookie: 'a=b', set: () => undefined } },
  ],
  ['a request that ends much sooner', { sharedBy: 'acme', leftMs: 5_000 }, { sharedBy: 'acme' }],
])('%s are never shared', async (_what, one, other) => {
  const { asking, arrived, release } = await held();
  const answers = [asking(one), asking(other)];
  await arrived(2);
  release();
  const [first, second] = await Promise.all(answers);
  expect(first).not.toBe(second);
});

test('each stops waiting at its own deadline, and the others go on', async () => {
  const { asking, arrived, release } = await held();
  const patient = asking({ sharedBy: 'acme' });
  const hurried = asking({ sharedBy: 'acme', leftMs: 100 });
  await arrived(1);
  expect(await hurried).toEqual(late);
  release();
  expect(await patient).toEqual({ data: { odd: 'a' }, errors: [] });
});

test('a failure is told to all', async () => {
  const { asking, arrived, release } = await held();
  const answers = [asking({ sharedBy: 'acme' }), asking({ sharedBy: 'acme' })];
  await arrived(1);
  release(500);
  for (const { errors } of await Promise.all(answers))
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SUBGRAPH_UNAVAILABLE']);
});

test('the request ends when the last has gone, and whoever asks then is not sent away with them', async () => {
  const { asking, arrived, release, closed } = await held();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = asking({ sharedBy: 'acme', signal: one.signal });
  const again = asking({ sharedBy: 'acme', signal: two.signal }).then(() => asking({ sharedBy: 'acme' }));
  await arrived(1);
  one.abort();
  expect(await first).toEqual(late);
  expect(closed()).toBe(0);
  two.abort();
  await arrived(2);
  await expect.poll(closed).toBe(1);
  release();
  expect(await again).toEqual({ data: { odd: 'a' }, errors: [] });
});

test('whoever comes and goes, all who stay are told what they asked', async () => {
  const asker = record({ body: constantFrom('a', 'b', 'c'), leaves: boolean() });
  const { asking, release } = await held();
  await assert(
    asyncProperty(array(asker, { minLength: 1, maxLength: 12 }), async (askers) => {
      const leaving = new AbortController();
      const answers = askers.map(({ body, leaves }) =>
        asking({ body, sharedBy: 'acme', ...(leaves ? { signal: leaving.signal } : {}) }),
      );
      leaving.abort();
      await Promise.all(answers.filter((_, index) => askers[index]?.leaves));
      const releasing = setInterval(release, 1);
      const told = await Promise.all(answers);
      clearInterval(releasing);
      expect(told).toEqual(
        askers.map(({ body, leaves }) => (leaves ? late : { data: { odd: body }, errors: [] })),
      );
    }),
    { numRuns: 30 },
  );
});
