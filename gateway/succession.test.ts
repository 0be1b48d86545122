import { expect, test } from 'vitest';
import { succession } from './succession.ts';

/** Items that say when they ended, and requests that end when the test says so. */
function reigns() {
  const ended: string[] = [];
  const of = succession('first', async (item) => void ended.push(item));
  const begin = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = of.during(() => promise);
    return async () => {
      resolve();
      await over;
    };
  };
  return { ...of, ended, begin };
}

test('what nobody uses ends when it is replaced', () => {
  const { current, replace, ended } = reigns();
  replace('second');
  expect([current(), ended]).toEqual(['second', ['first']]);
});

test('what a request began with is kept until its last request ends', async () => {
  const { replace, ended, begin } = reigns();
  const [one, other] = [begin(), begin()];
  replace('second');
  await one();
  expect(ended).toEqual([]);
  await other();
  expect(ended).toEqual(['first']);
});

test('a request may use what came after it began, so that is kept too', async () => {
  const { replace, ended, begin } = reigns();
  const early = begin();
  replace('second');
  const late = begin();
  replace('third');
  await late();
  expect(ended).toEqual([]);
  await early();
  expect(ended).toEqual(['first', 'second']);
});

test('a request that fails counts no longer', async () => {
  const { during, replace, ended } = reigns();
  await expect(during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  replace('second');
  expect(ended).toEqual(['first']);
});

test('in the end all end, whoever still uses them', async () => {
  const { replace, stop, ended, begin } = reigns();
  const request = begin();
  replace('second');
  await stop();
  await request();
  expect(ended).toEqual(['first', 'second']);
});
