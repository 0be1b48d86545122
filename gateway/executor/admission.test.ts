import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { admission, type Admit } from './admission.ts';

/** Operations of so many requests each that run until they are told to end. */
function operations(admit: Admit) {
  const begun: number[] = [];
  const begin = (name: number, weight: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const answer = admit(weight, () => {
      begun.push(name);
      return promise;
    });
    return { answer, end: () => resolve(name), fail: () => reject(new Error('failed')) };
  };
  return { begun, begin };
}

test('while enough is under way, what comes later begins when something has ended, in order', async () => {
  const { begun, begin } = operations(admission(10));
  const [first, , third] = [begin(1, 8), begin(2, 8), begin(3, 8), begin(4, 8)];
  expect(begun).toEqual([1, 2]);
  first?.end();
  expect(await first?.answer).toBe(1);
  expect(begun).toEqual([1, 2, 3]);
  third?.end();
  expect(await third?.answer).toBe(3);
  expect(begun).toEqual([1, 2, 3, 4]);
});

test('a failure reaches its caller and makes room as well', async () => {
  const { begun, begin } = operations(admission(10));
  const [first] = [begin(1, 10), begin(2, 10)];
  first?.fail();
  await expect(first?.answer).rejects.toThrow('failed');
  expect(begun).toEqual([1, 2]);
});

test('operations that wait for slow subgraphs hold nobody up: each turn lets one more in', async () => {
  const { begun, begin } = operations(admission(10));
  for (let name = 0; name < 500; name += 1) begin(name, 16);
  expect(begun).toHaveLength(1);
  for (let turns = 0; turns < 499; turns += 1) await turn();
  expect(begun).toHaveLength(500);
  expect(begun).toEqual(begun.toSorted((a, b) => a - b));
});

test('an operation that asks for more than is ever enough runs all the same', async () => {
  const { begin } = operations(admission(10));
  const [large, small] = [begin(1, 1000), begin(2, 1)];
  small?.end();
  large?.end();
  expect(await Promise.all([large?.answer, small?.answer])).toEqual([1, 2]);
});
