import { expect, test } from 'vitest';
import { readForgetting, type Forgetting } from './forget.ts';

test.each<Forgetting>([
  {},
  { owner: 'tenant t' },
  { what: [] },
  { owner: 'public', what: [{ kind: 'subgraph', subgraph: 's' }] },
  {
    what: [
      { kind: 'cache_tag', cache_tag: 'a' },
      { kind: 'cache_tag', subgraphs: ['s'], cache_tag: 'b' },
    ],
  },
  { what: [{ kind: 'entity', subgraph: 's', type: 'T', key: { id: '1' } }] },
])('what one gateway tells another one reads: %j', (forgetting) => {
  expect(readForgetting(JSON.stringify(forgetting))).toEqual(forgetting);
});

test.each([
  undefined,
  '',
  '[]',
  'null',
  '{"owner":1}',
  '{"what":{}}',
  '{"owner":"t","what":[{"kind":"galaxy"}]}',
  '{"owner":"t","what":[{"kind":"cache_tag","subgraphs":[],"cache_tag":"a"}]}',
])('what cannot be understood forgets everything of all: %s', (text) => {
  expect(readForgetting(text)).toEqual({});
});
