import { renameSync, writeFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { createLog } from '@chorus/shared/log.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { compose, gatewayOver, subgraph, type TestSubgraph } from './testing.ts';

const fields = (...names: string[]) => `type Query { ${names.map((name) => `${name}: String`).join(' ')} }`;

/** A service that knows all fields, of which a supergraph may show some; `slow` answers when the test says so. */
async function words() {
  const slow = Promise.withResolvers<string>();
  const names = ['hello', 'old', ...Array.from({ length: 9 }, (_, n) => `fresh${n}`)];
  const resolvers = Object.fromEntries(names.map((name) => [name, () => name]));
  const service = await subgraph('words', fields(...names, 'slow'), {
    Query: { ...resolvers, slow: () => slow.promise },
  });
  const [link = ''] = service.sdl.split('type Query');
  const showing = (...shown: string[]) => compose([{ ...service, sdl: link + fields(...shown) }]);
  return { service, showing, finishSlow: () => slow.resolve('slow') };
}

/** A gateway that shows `hello`, `old` and `slow`, and whose file a test changes. */
async function reloadable() {
  const { service, showing, finishSlow } = await words();
  const log = createLog('test', 'silent');
  const told = {
    errors: vi.spyOn(log, 'error'),
    infos: vi.spyOn(log, 'info'),
    debugs: vi.spyOn(log, 'debug'),
  };
  const gateway = await gatewayOver([service], { log, supergraph: showing('hello', 'old', 'slow') });
  const change = (text: string) => {
    writeFileSync(`${gateway.supergraphFile}.new`, text);
    renameSync(`${gateway.supergraphFile}.new`, gateway.supergraphFile);
  };
  const refusals = () =>
    told.errors.mock.calls.map(([detail]) => (detail as unknown as { reason: string }).reason);
  const served = () =>
    told.infos.mock.calls.filter(([, message]) => message === 'a new supergraph is served').length;
  const planned = () =>
    told.debugs.mock.calls.filter(([, message]) => message === 'operation planned').length;
  const servedOnce = () => vi.waitFor(() => expect(served()).toBe(1), { timeout: 10_000 });
  return { gateway, service, showing, finishSlow, change, refusals, served, servedOnce, planned, told };
}

const data = async (asked: ReturnType<Awaited<ReturnType<typeof gatewayOver>>['ask']>): Promise<unknown> =>
  (await asked).body.data;
const code = async (asked: ReturnType<Awaited<ReturnType<typeof gatewayOver>>['ask']>) =>
  (await asked).body.errors?.[0]?.extensions['code'];
const received = (service: TestSubgraph, field: string) =>
  vi.waitFor(() => expect(service.received.some(({ query }) => query.includes(field))).toBe(true), {
    timeout: 10_000,
  });

test('a changed supergraph is served while requests go on, and what is under way ends on the one it began with', async () => {
  const { gateway, service, showing, finishSlow, change, servedOnce } = await reloadable();
  const underWay = data(gateway.ask('{ slow old }'));
  await received(service, 'slow');
  let isOver = false;
  const statuses: number[] = [];
  const client = async () => {
    while (!isOver) statuses.push((await gateway.ask('{ hello }')).status);
  };
  const clients = [client(), client(), client()];
  change(showing('hello', 'fresh1'));
  await servedOnce();
  expect(await data(gateway.ask('{ hello fresh1 }'))).toEqual({ hello: 'hello', fresh1: 'fresh1' });
  expect(await code(gateway.ask('{ old }'))).toBe('GRAPHQL_VALIDATION_FAILED');
  isOver = true;
  await Promise.all(clients);
  expect(new Set(statuses)).toEqual(new Set([200]));
  finishSlow();
  expect(await underWay).toEqual({ slow: 'slow', old: 'old' });
});

test('what is asked for most is ready before the swap: nobody waits for a plan that was there before', async () => {
  const { gateway, showing, change, servedOnce, planned } = await reloadable();
  for (const query of ['{ hello }', '{ hello }', '{ old }', 'query A { again: hello }'])
    await gateway.ask(query);
  expect(planned()).toBe(3);
  change(showing('hello', 'slow', 'fresh1'));
  await servedOnce();
  expect(planned()).toBe(5);
  expect(await data(gateway.ask('{ hello }'))).toEqual({ hello: 'hello' });
  expect(await data(gateway.ask('query A { again: hello }'))).toEqual({ again: 'hello' });
  expect(planned()).toBe(5);
});

test('the planner of the supergraph before ends with the last request on it', async () => {
  const threads: Worker[] = [];
  const started = (thread: Worker) => void threads.push(thread);
  process.on('worker', started);
  onTestFinished(() => void process.off('worker', started));
  const { gateway, service, showing, finishSlow, change, servedOnce } = await reloadable();
  const underWay = data(gateway.ask('{ slow }'));
  await received(service, 'slow');
  const ended = new Promise((resolve) => threads[0]?.once('exit', resolve));
  change(showing('hello'));
  await servedOnce();
  expect(threads.map(({ threadId }) => threadId > 0)).toEqual([true, true]);
  finishSlow();
  expect(await underWay).toEqual({ slow: 'slow' });
  await ended;
  expect(threads.map(({ threadId }) => threadId > 0)).toEqual([false, true]);
});

const SECURITY = '@link(url: "https://specs.example.com/lock/v1.0", for: SECURITY)';

test.each<[string, (text: string) => string, string]>([
  ['half written', (text) => text.slice(0, -20), 'not valid GraphQL'],
  [
    'refused by the planner',
    (text) => text.replace('@join__graph(name: "words"', '@join__graph(nam: "words"'),
    'cannot be loaded',
  ],
  ['empty', () => '', 'not valid GraphQL'],
  ['no supergraph', () => 'type Query { hello: String }', 'does not link the join specification'],
  [
    'protected by what this gateway does not know',
    (text) => text.replace('schema', `schema ${SECURITY}`),
    'does not know',
  ],
  [
    'without an address for a subgraph',
    (text) => text.replace(/url: "http:[^"]*"/, 'url: ""'),
    'needed: the supergraph has no address',
  ],
  [
    'naming a type that is not there',
    (text) => text.replaceAll('fresh1: String', 'fresh1: Sting'),
    'does not fit together: Unknown type: "Sting"',
  ],
])('a file that is %s is refused and logged, and the supergraph before goes on', async (_, spoil, reason) => {
  const { gateway, showing, change, refusals } = await reloadable();
  const next = showing('hello', 'fresh1');
  change(spoil(next));
  await vi.waitFor(() => expect(refusals()).toEqual([expect.stringContaining(reason)]), { timeout: 5000 });
  expect(await data(gateway.ask('{ old }'))).toEqual({ old: 'old' });
  change(next);
  await vi.waitFor(async () => expect(await data(gateway.ask('{ fresh1 }'))).toEqual({ fresh1: 'fresh1' }), {
    timeout: 5000,
  });
});

test('of several changes in quick succession the last one counts', async () => {
  const { gateway, showing, change, served } = await reloadable();
  for (const field of ['fresh1', 'fresh2', 'fresh3', 'fresh4']) {
    change(showing('hello', field));
    await gateway.ask('{ hello }');
  }
  await vi.waitFor(async () => expect(await data(gateway.ask('{ fresh4 }'))).toEqual({ fresh4: 'fresh4' }), {
    timeout: 10_000,
  });
  expect(served()).toBeGreaterThan(0);
  expect(await code(gateway.ask('{ fresh3 }'))).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('SIGHUP has the file read again, changed or not', async () => {
  const { gateway, change, refusals, told } = await reloadable();
  process.kill(process.pid, 'SIGHUP');
  await vi.waitFor(() => expect(told.infos).toHaveBeenCalledWith('the supergraph file holds what is served'));
  change('{');
  await vi.waitFor(() => expect(refusals()).toHaveLength(1), { timeout: 5000 });
  process.kill(process.pid, 'SIGHUP');
  await vi.waitFor(() => expect(refusals()).toHaveLength(2));
  expect(await data(gateway.ask('{ hello }'))).toEqual({ hello: 'hello' });
});
