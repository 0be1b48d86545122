import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

/** Tasks that are done when the test says so, and the order in which they were begun. */
function workshop(mostPerClient = 200) {
  const begun: string[] = [];
  const finish = new Map<string, PromiseWithResolvers<string>>();
  const ask = inTurns(mostPerClient, ({ key }: { key: string }) => {
    begun.push(key);
    const done = Promise.withResolvers<string>();
    finish.set(key, done);
    return done.promise;
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const finishAll = async () => {
    for (const key of begun) {
      finish.get(key)?.resolve(`${key} done`);
      await settled();
    }
  };
  return {
    begun,
    finish,
    finishAll,
    settled,
    ask: (key: string, client: string, signal?: AbortSignal) => ask({ key }, client, signal),
  };
}

const numbered = (client: string, count: number) => Array.from({ length: count }, (_, n) => `${client}${n}`);

test('whoever asks for one thing waits for the one being done, however much another client has waiting', async () => {
  const { begun, finishAll, ask } = workshop();
  const many = numbered('a', 150).map((key) => ask(key, 'a'));
  const one = ask('b', 'b');
  await finishAll();
  expect(begun.slice(0, 4)).toEqual(['a0', 'b', 'a1', 'a2']);
  expect(await one).toBe('b done');
  expect(await Promise.all(many)).toHaveLength(150);
});

test('clients take turns, each in its own order', async () => {
  const { begun, finishAll, ask } = workshop();
  const all = ['a', 'b', 'c'].flatMap((client) => numbered(client, 3).map((key) => ask(key, client)));
  await finishAll();
  await Promise.all(all);
  expect(begun).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
});

test('the same thing is done once for all who want it, as early as the first of their turns comes', async () => {
  const { begun, finishAll, ask } = workshop();
  const all = [...numbered('a', 3), 'same'].map((key) => ask(key, 'a'));
  const others = [ask('same', 'b'), ask('same', 'c'), ask('a0', 'c')];
  await finishAll();
  expect(await Promise.all(others)).toEqual(['same done', 'same done', 'a0 done']);
  expect(await Promise.all(all)).toHaveLength(4);
  expect(begun).toEqual(['a0', 'same', 'a1', 'a2']);
});

test('a client that has too much waiting is told to come back; others, and what it waits for already, go on', async () => {
  const { finishAll, ask } = workshop(2);
  const waiting = ['a0', 'a1', 'a2'].map((key) => ask(key, 'a'));
  await expect(ask('a3', 'a')).rejects.toMatchObject({ code: 'OVERLOADED' });
  const more = [ask('a2', 'a'), ask('a3', 'b')];
  await finishAll();
  expect(await Promise.all([...waiting, ...more])).toHaveLength(5);
});

test('what nobody waits for any longer is not begun', async () => {
  const { begun, finishAll, ask } = workshop();
  const ending = new AbortController();
  const first = ask('first', 'a');
  const given = [ask('given up', 'a', ending.signal), ask('wanted by another', 'a', ending.signal)];
  const kept = ask('wanted by another', 'b');
  ending.abort();
  for (const each of await Promise.allSettled([...given, ask('too late', 'a', ending.signal)])) {
    expect(each).toMatchObject({ reason: { code: 'DEADLINE_EXCEEDED' } });
  }
  await finishAll();
  expect(await Promise.all([first, kept])).toHaveLength(2);
  expect(begun).toEqual(['first', 'wanted by another']);
});

test('a failure reaches all who wait, costs nobody else anything, and is not remembered', async () => {
  const { finish, finishAll, settled, ask } = workshop();
  const failing = [ask('x', 'a'), ask('x', 'b')];
  const next = ask('y', 'a');
  finish.get('x')?.reject(new Error('no'));
  expect(await Promise.allSettled(failing)).toEqual([
    { status: 'rejected', reason: new Error('no') },
    { status: 'rejected', reason: new Error('no') },
  ]);
  await settled();
  const again = ask('x', 'a');
  await finishAll();
  expect(await Promise.all([next, again])).toEqual(['y done', 'x done']);
});
