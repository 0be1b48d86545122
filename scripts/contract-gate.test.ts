import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { lostTags } from './contract-gate.ts';

const schema = buildSchema('type Query { a(x: In): E } enum E { UP } input In { n: Int }');
const problem = (name: string) => `${name} is tagged for partners, but it cannot be in their schema.`;

test('tagged elements that are in the schema of partners are no problem', () => {
  expect(lostTags(new Set(['E', 'Query.a', 'Query.a(x)', 'E.UP', 'In.n']), schema)).toEqual([]);
});

test.each(['F', 'Query.b', 'Query.a(y)', 'Query.b(x)', 'E.DOWN', 'In.m'])(
  '%s, tagged and not there, is told',
  (coordinate) => {
    expect(lostTags(new Set([coordinate, 'Query.a']), schema)).toEqual([problem(coordinate)]);
  },
);

test('tags without a contract are told, and no tags are none', () => {
  expect(lostTags(new Set(['Query.a']), undefined)).toEqual([problem('Query.a')]);
  expect(lostTags(new Set(), undefined)).toEqual([]);
});
