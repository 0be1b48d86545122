import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createLog } from '@chorus/shared/log.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ENFORCED } from '../access/access.ts';
import { gatewayOver, subgraph } from '../testing.ts';
import { plannerThread, type Question } from './planner-thread.ts';
import { readSupergraph } from './supergraph.ts';

const { plannerText: supergraphSdl } = readSupergraph(
  join(import.meta.dirname, '../supergraph.graphql'),
  ENFORCED,
);
const QUESTION: Question = { text: '{ viewer { member { id } } }', operationName: undefined };
const PLANNED = { plan: expect.stringContaining('"kind":"QueryPlan"') as string };

/** Sees every thread that is started from now on, and may do something to it. */
function threads(meet: (thread: Worker) => void = () => undefined): Worker[] {
  const all: Worker[] = [];
  const started = (thread: Worker) => {
    all.push(thread);
    meet(thread);
  };
  process.on('worker', started);
  onTestFinished(() => void process.off('worker', started));
  return all;
}

function planner(sdl = supergraphSdl, longestMs?: number) {
  const log = createLog('test', 'silent');
  const errors = vi.spyOn(log, 'error');
  const { ask, ready, stop } = plannerThread({ supergraphSdl: sdl, config: {} }, log, longestMs);
  onTestFinished(stop);
  return { ask, ready, errors };
}

test('a thread that died is replaced, and the log says so', async () => {
  const all = threads();
  const { ask, errors } = planner();
  expect(await ask(QUESTION)).toEqual(PLANNED);
  await all[0]?.terminate();
  expect(await ask(QUESTION)).toEqual(PLANNED);
  expect(all).toHaveLength(2);
  expect(errors).toHaveBeenCalledWith('planner thread ended; another one is started');
});

test('an operation that was being planned when the thread died is planned by the next one', async () => {
  const all = threads();
  const { ask, ready } = planner();
  await ready();
  const asked = ask(QUESTION);
  await Promise.resolve();
  await all[0]?.terminate();
  expect(await asked).toEqual(PLANNED);
});

test('an operation over which threads die is given up, and the next one is planned', async () => {
  let deadly = true;
  const all = threads((thread) => thread.on('message', () => deadly && void thread.terminate()));
  const { ask } = planner();
  await expect(ask(QUESTION)).rejects.toThrow('died over this operation');
  deadly = false;
  expect(await ask(QUESTION)).toEqual(PLANNED);
  expect(all).toHaveLength(3);
});

test('an operation that takes too long to plan is refused, and the next one is planned', async () => {
  const all = threads();
  const { ask, ready } = planner(supergraphSdl, 1);
  await ready();
  await expect(ask(QUESTION)).rejects.toMatchObject({ code: 'COST_TOO_HIGH' });
  expect(all).toHaveLength(1);
  await vi.waitFor(() => expect(all).toHaveLength(2));
});

test('an operation that cannot be planned costs nothing but itself', async () => {
  const all = threads();
  const { ask } = planner();
  expect(await ask({ text: '{ noSuchField }', operationName: undefined })).toEqual({
    failure: expect.stringContaining('noSuchField') as string,
  });
  expect(await ask(QUESTION)).toEqual(PLANNED);
  expect(all).toHaveLength(1);
});

test('a thread that cannot be started is not tried again for each operation', async () => {
  const all = threads((thread) => void thread.terminate());
  const { ask, ready } = planner();
  await ready();
  expect([await ask(QUESTION), await ask(QUESTION)]).toEqual([undefined, undefined]);
  expect(all).toHaveLength(1);
});

test('a supergraph that nobody can plan with is refused with the reason', async () => {
  const all = threads();
  const { ask, ready } = planner('type Query { not: String }');
  await expect(ready()).rejects.toThrow('must be a core schema');
  expect(await ask(QUESTION)).toBeUndefined();
  expect(all).toHaveLength(1);
});

test('where no thread can be started, the gateway plans by itself and answers', async () => {
  const all = threads((thread) => void thread.terminate());
  const hello = await subgraph('hello', 'type Query { hello: String }', { Query: { hello: () => 'world' } });
  const gateway = await gatewayOver([hello]);
  expect((await gateway.ask('{ hello }')).body).toEqual({ data: { hello: 'world' } });
  expect(all.length).toBeGreaterThan(0);
});

test.runIf(process.platform === 'linux')(
  'planning gives way to answering where both want a processor',
  async () => {
    const { ready, ask } = planner();
    await ready();
    await ask(QUESTION);
    const priorities = readdirSync('/proc/self/task').map((task) => {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
      return { task: Number(task), nice: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) };
    });
    expect(priorities.filter(({ nice }) => nice > 0)).not.toEqual([]);
    expect(priorities.find(({ task }) => task === process.pid)).toEqual({ task: process.pid, nice: 0 });
  },
);
