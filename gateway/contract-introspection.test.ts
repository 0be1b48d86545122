import { buildClientSchema, getIntrospectionQuery, printSchema, type IntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from './testing.ts';

const SDL = `
  type Query { items(sort: Sort = UP): [Item] @tag(name: "partner") margin: Float vault: Vault }
  type Item { id: ID @tag(name: "partner") cost: Int secret: String @authenticated @tag(name: "partner") }
  "Nobody's business." type Vault { code: String }
  enum Sort { UP @tag(name: "partner") BY_COST }
`;

test('a contract tells of its schema what is in it and open to the caller, and no word of the rest', async () => {
  const gateway = await gatewayOver([await subgraph('shop', SDL, { Query: { items: () => [{ id: 1 }] } })], {
    args: ['--contract', 'partner'],
  });
  const { body, text } = await gateway.ask(getIntrospectionQuery());
  expect(printSchema(buildClientSchema(body.data as IntrospectionQuery)).replaceAll(/\s+/g, ' ')).toBe(
    'type Item { id: ID } type Query { items(sort: Sort = UP): [Item] } enum Sort { UP }',
  );
  expect(text).not.toMatch(/margin|Vault|business|cost/i);
  const beside = await gateway.ask(
    '{ v: __type(name: "Vault") { name } items { id } __schema { queryType { name } } }',
  );
  expect(beside.body).toEqual({
    data: { v: null, items: [{ id: '1' }], __schema: { queryType: { name: 'Query' } } },
  });
});
