import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';

const PART = {
  code: 'c',
  org: { id: 'o' },
  label: 'label',
  price: 10,
  list: [{ code: 'd', label: 'other' }],
};

async function parts() {
  const one = await subgraph(
    'one',
    `type Query { part: Part parts: [Part] fails: Part }
     type Part @key(fields: "code") @key(fields: "org { id }") {
       code: ID! org: Org label: String price: Int list: [Part] broken: String }
     type Org { id: ID! title: String }`,
    {
      Query: { part: () => PART, parts: () => [PART], fails: () => ({ ...PART, label: null }) },
      Part: {
        __resolveReference: () => PART,
        broken: () => {
          throw new Error('broken');
        },
      },
      Org: { title: () => 'title' },
    },
  );
  const two = await subgraph(
    'two',
    `type Part @key(fields: "code") { code: ID! price: Int @external stock: Int total: String @requires(fields: "price") }`,
    {
      Part: {
        __resolveReference: (known: object) => known,
        stock: () => 3,
        total: ({ price }: { price: unknown }) => `total of ${String(price)}`,
      },
    },
  );
  const gateway = await gatewayOver([one, two]);
  return { one, two, gateway };
}

test.each([
  ['{ part { code: label stock } }', { part: { code: 'label', stock: 3 } }],
  [
    '{ part { code: label list { code: label stock } } }',
    { part: { code: 'label', list: [{ code: 'other', stock: 3 }] } },
  ],
  ['{ part { price: label total } }', { part: { price: 'label', total: 'total of 10' } }],
  ['{ part { price: __typename total } }', { part: { price: 'Part', total: 'total of 10' } }],
  ['{ part { __typename: label stock } }', { part: { __typename: 'label', stock: 3 } }],
  ['{ part { org { id: title } stock } }', { part: { org: { id: 'title' }, stock: 3 } }],
  ['{ code: part { code: stock stock } }', { code: { code: 3, stock: 3 } }],
  ['{ parts { ...F stock } } fragment F on Part { code: label }', { parts: [{ code: 'label', stock: 3 }] }],
  ['{ part { code: label _as_code: price stock } }', { part: { code: 'label', _as_code: 10, stock: 3 } }],
  [
    'query A { part { label } } query B { part { code: label stock } }',
    { part: { code: 'label', stock: 3 } },
  ],
])('an alias of the name of a key or of a required field is the client’s own: %s', async (query, data) => {
  const { gateway, two } = await parts();
  const { text } = await gateway.post({ query, operationName: query.startsWith('query') ? 'B' : undefined });
  expect(text).toBe(JSON.stringify({ data }));
  const represented = two.received.flatMap(({ variables }) => variables['representations']);
  for (const part of represented)
    expect(part).toMatchObject({ code: expect.stringMatching(/^[cd]$/) as string });
});

test('an error below such an alias has the path the client knows', async () => {
  const { gateway } = await parts();
  const { body } = await gateway.ask('{ code: parts { price: broken stock } }');
  expect(body.data).toEqual({ code: [{ price: null, stock: 3 }] });
  expect(body.errors?.map(({ path }) => path)).toEqual([['code', 0, 'price']]);
});

test('an operation without such an alias is sent as it was written', async () => {
  const { gateway, one } = await parts();
  await gateway.ask('{ a: part { b: label code } }');
  expect(one.received.map(({ query }) => query)).toEqual(['{a:part{b:label code}}']);
});
