import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readBody } from '@chorus/shared/http.ts';
import { expect, test } from 'vitest';
import { serve } from '../testing.ts';
import { whenFinished } from '../testing-lifetime.ts';
import { subgraphClient } from './client.ts';
import { TimedOut } from './question.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const WHILE_TESTED = 10_000;

interface Asking {
  timeoutMs?: number;
  signal?: AbortSignal;
  repeatable?: boolean;
}

/** A client of a server that is given each body with what it needs to answer it. */
async function clientOf(
  answer: (body: string, response: ServerResponse, socket: Socket) => void,
  tune: RequestListener = () => undefined,
) {
  const received: string[] = [];
  const { port, close } = await serve((request, response) => {
    tune(request, response);
    void readBody(request, 1e7).then(
      (body) => {
        received.push(body);
        answer(body, response, request.socket);
      },
      () => undefined,
    );
  });
  const target = { origin: `http://127.0.0.1:${port}`, path: '/graphql' };
  const client = subgraphClient(target, WHILE_TESTED);
  whenFinished(client.stop);
  const ask = async (body: string, { timeoutMs = WHILE_TESTED, signal, repeatable = true }: Asking = {}) => {
    const end = performance.now() + timeoutMs;
    const isOver = () => signal?.aborted === true || performance.now() > end;
    return (await client.send({ body, headers: [], repeatable, isOver })).text;
  };
  const askAll = (bodies: readonly string[]) => Promise.all(bodies.map((body) => ask(body)));
  return { ask, askAll, received, close };
}

const echo = (body: string, response: ServerResponse) => response.writeHead(200, JSON_TYPE).end(body);
const numbered = (count: number, what = 'quick') =>
  Array.from({ length: count }, (_, index) => `${what} ${index}`);

/** Answers at once, but for what is to be held until it is released. */
function holding(isHeld: (body: string) => boolean) {
  const held: (() => void)[] = [];
  let arrived: () => void;
  const isHolding = new Promise<void>((resolve) => (arrived = resolve));
  return {
    answer: (body: string, response: ServerResponse) => {
      if (!isHeld(body)) return void echo(body, response);
      held.push(() => echo(body, response));
      arrived();
    },
    isHolding,
    release: () => held.splice(0).forEach((answerNow) => answerNow()),
  };
}

test('a thousand requests at once are each told their own answer', async () => {
  const { askAll } = await clientOf((body, response) => {
    if (Number(body.split(' ')[1]) % 7 === 0) setImmediate(() => echo(body, response));
    else echo(body, response);
  });
  const bodies = numbered(1000).map((body, index) => body.padEnd(index * 20, '.'));
  expect(await askAll(bodies)).toEqual(bodies);
});

test('fast answers share connections', async () => {
  const sockets = new Set<Socket>();
  const { ask, askAll } = await clientOf((body, response, socket) => {
    sockets.add(socket);
    echo(body, response);
  });
  await ask('first');
  expect(await askAll(numbered(50))).toEqual(numbered(50));
  expect(sockets.size).toBeLessThan(10);
});

test('a slow answer does not hold up those behind it on its connection', async () => {
  const { answer, release } = holding((body) => body.startsWith('slow'));
  const { ask, askAll } = await clientOf(answer);
  const slow = numbered(5, 'slow').map((body) => ask(body));
  expect(await askAll(numbered(50))).toEqual(numbered(50));
  release();
  expect(await Promise.all(slow)).toEqual(numbered(5, 'slow'));
});

const hung: Record<string, (response: ServerResponse) => void> = {
  'is never given': () => undefined,
  drips: (response) => {
    response.writeHead(200, JSON_TYPE);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
};

test.each(Object.entries(hung))('an answer that %s ends alone, at its own limit', async (_what, hang) => {
  let hungSocket: Socket | undefined;
  const { ask, askAll } = await clientOf((body, response, socket) => {
    if (body !== 'hung') return void echo(body, response);
    hungSocket = socket;
    hang(response);
  });
  const ended = ask('hung', { timeoutMs: 300 }).catch((error: unknown) => error);
  expect(await askAll(numbered(50))).toEqual(numbered(50));
  expect(await ended).toBeInstanceOf(Error);
  expect(await askAll(numbered(50))).toEqual(numbered(50));
  await expect.poll(() => hungSocket?.destroyed).toBe(true);
});

test('an answer over eight megabytes ends alone', async () => {
  const { ask, askAll } = await clientOf((body, response) => {
    if (body === 'huge') response.writeHead(200, JSON_TYPE).end(Buffer.alloc(9 << 20, ' '));
    else echo(body, response);
  });
  const huge = ask('huge').catch((error: { code?: string }) => error.code);
  expect(await askAll(numbered(50))).toEqual(numbered(50));
  expect(await huge).toBe('UND_ERR_RES_EXCEEDED_MAX_SIZE');
});

test('who goes away disturbs nobody on the same connection', async () => {
  const { answer, isHolding, release } = holding(() => true);
  const { ask } = await clientOf(answer);
  const leaving = new AbortController();
  const bodies = numbered(20);
  const answers = bodies.map((body, index) => ask(body, index % 4 === 0 ? { signal: leaving.signal } : {}));
  await isHolding;
  leaving.abort();
  await expect(answers[0]).rejects.toThrow(TimedOut);
  const others = Promise.all(answers.filter((_, index) => index % 4 !== 0));
  const gone = Promise.allSettled(answers.filter((_, index) => index % 4 === 0));
  const releasing = setInterval(release, 1);
  expect(await others).toEqual(bodies.filter((_, index) => index % 4 !== 0));
  clearInterval(releasing);
  expect((await gone).every(({ status }) => status === 'rejected')).toBe(true);
});

test('a request nobody waits for any more is ended at the subgraph', async () => {
  let closed: () => void;
  const isClosed = new Promise<void>((resolve) => (closed = resolve));
  const leaving = new AbortController();
  const { ask } = await clientOf((_body, _response, socket) => {
    socket.on('close', closed);
    leaving.abort();
  });
  await expect(ask('long', { signal: leaving.signal })).rejects.toThrow(TimedOut);
  await isClosed;
});

test('a server that closes kept connections without a word loses no query', async () => {
  const answered = new WeakMap<Socket, number>();
  const { askAll } = await clientOf((body, response, socket) => {
    const count = (answered.get(socket) ?? 0) + 1;
    answered.set(socket, count);
    if (count > 3) socket.destroy();
    else echo(body, response);
  });
  for (const round of ['a', 'b', 'c']) expect(await askAll(numbered(30, round))).toEqual(numbered(30, round));
});

test('a server that breaks off now and then loses no query', async () => {
  const broken = new Set<string>();
  const { askAll } = await clientOf((body, response, socket) => {
    if (!body.endsWith('7') || broken.has(body)) return void echo(body, response);
    broken.add(body);
    socket.destroy();
  });
  for (const round of ['a', 'b', 'c']) expect(await askAll(numbered(50, round))).toEqual(numbered(50, round));
});

test('a server that closes the connection after each answer is asked as often as needed', async () => {
  const { askAll } = await clientOf(echo, (_request, response) => void (response.shouldKeepAlive = false));
  for (const round of ['a', 'b', 'c']) expect(await askAll(numbered(40, round))).toEqual(numbered(40, round));
});

test('more requests than can wait are refused at once', async () => {
  const { ask, close } = await clientOf(() => undefined);
  const asked = numbered(1500).map((body) => ask(body, { repeatable: false }));
  const ended = Promise.allSettled(asked);
  await expect(Promise.any(asked.slice(1400))).rejects.toThrow(AggregateError);
  await close();
  expect((await ended).every(({ status }) => status === 'rejected')).toBe(true);
});

test('mutations have a connection for themselves while they run, and run once', async () => {
  const under = new Map<Socket, number>();
  let most = 0;
  const { ask, received } = await clientOf((body, response, socket) => {
    under.set(socket, (under.get(socket) ?? 0) + 1);
    if (body.startsWith('mutation')) most = Math.max(most, under.get(socket) ?? 0);
    setImmediate(() => {
      under.set(socket, (under.get(socket) ?? 0) - 1);
      echo(body, response);
    });
  });
  const mutations = numbered(200, 'mutation');
  const [answers] = await Promise.all([
    Promise.all(mutations.map((body) => ask(body, { repeatable: false }))),
    Promise.all(numbered(200).map((body) => ask(body))),
  ]);
  expect(answers).toEqual(mutations);
  expect(most).toBe(1);
  expect(received.filter((body) => body.startsWith('mutation')).toSorted()).toEqual(mutations.toSorted());
});
