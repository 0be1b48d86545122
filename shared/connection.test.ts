import { expect, test } from 'vitest';
import { connection, page } from './connection.ts';

const rows = ['a', 'b', 'c', 'd'];
const at = (row: string) => row;

test('a page says whether more follows and where it ends', () => {
  const request = page({ first: 3 }, 'tenant', 'list');
  const answer = connection(rows, request, at);
  expect(answer.nodes).toEqual(['a', 'b', 'c']);
  expect(answer.pageInfo.hasNextPage).toBe(true);
  expect(page({ after: answer.pageInfo.endCursor }, 'tenant', 'list').after).toBe('c');
});

test('the last page says that nothing follows', () => {
  expect(connection([], page({}, 'tenant', 'list'), at).pageInfo).toEqual({
    hasNextPage: false,
    endCursor: null,
  });
});

test.each([
  ['another tenant', 'other', 'list'],
  ['another query', 'tenant', 'other'],
])('a cursor of %s is refused', (_, tenantId, query) => {
  const foreign = page({}, tenantId, query).cursor('c');
  expect(() => page({ after: foreign }, 'tenant', 'list')).toThrow('after is not a cursor of this list.');
});

test.each([0, -1, 101, 1.5])('first: %d is refused', (first) => {
  expect(() => page({ first }, 'tenant', 'list')).toThrow('first must be from 1 to 100.');
});

test.each(['', 'x', '%%%', 'x'.repeat(600)])('the junk cursor %j is refused', (after) => {
  expect(() => page({ after }, 'tenant', 'list')).toThrow('after is not a cursor');
});
