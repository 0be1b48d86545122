import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { largeSchema } from '@chorus/tests/harness/large-schema.ts';
import { buildSchema, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { views } from './views.ts';

const api = buildSchema(`
  type Query { open: Int early: Early paid(deep: Boolean, sort: Sort): Int }
  type Early { x: Int }
  enum Sort { UP DOWN }
  type Mutation { do: Int }
`);
const bound = new Map([
  ['Early', [0]],
  ['Query.paid(deep)', [1, 2]],
  ['Sort.UP', [3]],
  ['Mutation.do', [0]],
]);

test('a view lacks what the failing demands bind, directly or through its type', () => {
  const { schemaWithout } = views(api, bound);
  const left = (...failing: number[]) => printSchema(schemaWithout(failing)).replaceAll(/\s+/g, ' ');
  expect(left(0, 2)).toBe('type Query { open: Int paid(sort: Sort): Int } enum Sort { UP DOWN }');
  expect(left(3)).toContain('enum Sort { DOWN }');
  expect(left(1)).toBe(left(2));
});

test('nothing that fails, or nothing that matters, is the schema itself', () => {
  const { schemaWithout } = views(api, bound);
  expect(schemaWithout([])).toBe(api);
  expect(schemaWithout([9])).toBe(api);
});

test('who fails the same has the same view, in whatever order it was found', () => {
  const { schemaWithout } = views(api, bound);
  expect(schemaWithout([3, 0, 9])).toBe(schemaWithout([0, 3, 3]));
  expect(schemaWithout([3])).not.toBe(schemaWithout([0, 3]));
});

test('200 views are kept, and the one that was used least recently goes', () => {
  const many = buildSchema(
    `type Query { open: Int ${Array.from({ length: 201 }, (_, n) => `f${n}: Int`).join(' ')} }`,
  );
  const { schemaWithout } = views(many, new Map(Array.from({ length: 201 }, (_, n) => [`Query.f${n}`, [n]])));
  const [first, second] = [schemaWithout([0]), schemaWithout([1])];
  for (let n = 2; n < 200; n++) schemaWithout([n]);
  expect(schemaWithout([0])).toBe(first);
  schemaWithout([200]);
  expect(schemaWithout([0])).toBe(first);
  expect(schemaWithout([1])).not.toBe(second);
});

test('200 views of a schema of 500 types take less than 256 MiB', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const large = buildSchema(largeSchema(), { noLocation: true });
  // Each view lacks a field of another type, and nearly every type leads to that one.
  const { schemaWithout } = views(large, new Map(Array.from({ length: 11 }, (_, n) => [`T${n}.f7`, [n]])));
  const kept = [schemaWithout([10])];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 10; n++) kept.push(schemaWithout([n]));
  collect();
  const each = (process.memoryUsage().heapUsed - before) / 10;
  expect(kept.every((view) => Object.keys(view.getTypeMap()).length > 480)).toBe(true);
  expect(each).toBeGreaterThan(100_000);
  expect(200 * each).toBeLessThan(256 * 1024 * 1024);
});
