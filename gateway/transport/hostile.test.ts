import { expect, test } from 'vitest';
import { gatewayOver, lyingSubgraph, saying, subgraph } from '../testing.ts';

const ODD = `type Query { odd: Odd list: [Odd] } type Odd { text: String number: Int deep: Odd }`;

/** What a client gets from a healthy subgraph beside one that says `text`. */
async function answered(text: string, query: string) {
  const odd = await lyingSubgraph('odd', ODD, saying(text));
  const well = await subgraph('healthy', 'type Query { well: String }', { Query: { well: () => 'yes' } });
  const gateway = await gatewayOver([well, odd]);
  return gateway.ask(query);
}

test('thousands of errors are cut off, and the data beside them is kept', async () => {
  const errors = Array.from({ length: 5000 }, (_, index) => ({
    message: `broken ${index}`,
    path: ['list', index, 'text'],
    extensions: { code: 'NOT_FOUND', stack: 'secret' },
  }));
  const said = JSON.stringify({ data: { list: [{ text: 'a' }] }, errors });
  const { body, text } = await answered(said, '{ well list { text } }');
  expect(body.data).toEqual({ well: 'yes', list: [{ text: 'a' }] });
  expect(body.errors?.length).toBeLessThanOrEqual(20);
  expect(text.length).toBeLessThan(10_000);
  expect(text).not.toContain('secret');
});

test('what is missing in an empty object is null, and told once for each field', async () => {
  const { body } = await answered('{"data":{"odd":{"deep":{}}}}', '{ well odd { deep { text number } } }');
  expect(body.data).toEqual({ well: 'yes', odd: { deep: { text: null, number: null } } });
  expect(body.errors?.map(({ path, extensions }) => [path?.join('.'), extensions['code']])).toEqual([
    ['odd.deep.text', 'SUBGRAPH_UNAVAILABLE'],
    ['odd.deep.number', 'SUBGRAPH_UNAVAILABLE'],
  ]);
});

test('thousands of empty objects are all made whole, and told of only so often', async () => {
  const said = JSON.stringify({ data: { list: Array.from({ length: 3000 }, () => ({})) } });
  const { body } = await answered(said, '{ well list { text number } }');
  expect(body.data.well).toBe('yes');
  expect(body.data.list).toEqual(Array.from({ length: 3000 }, () => ({ text: null, number: null })));
  expect(body.errors?.length).toBeGreaterThan(0);
  expect(body.errors?.length).toBeLessThanOrEqual(20);
});

test('prototype names that nobody asked for change nothing', async () => {
  const poison = '"__proto__":{"polluted":1,"text":"p"},"constructor":{"prototype":{"polluted":1}}';
  const said = `{"data":{${poison},"odd":{${poison},"text":"o"}},"errors":[],"extensions":{${poison}},${poison}}`;
  const { text } = await answered(said, '{ well odd { text number } }');
  expect(JSON.parse(text)).toMatchObject({ data: { well: 'yes', odd: { text: 'o', number: null } } });
  expect(text).not.toContain('polluted');
  expect('polluted' in {} || 'polluted' in Object).toBe(false);
});
