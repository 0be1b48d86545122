import { expect, test } from 'vitest';
import { gatewayOver, subgraph } from '../testing.ts';

const products = () =>
  subgraph(
    'products',
    `type Query { products: [Product] product(id: ID!): Product }
     type Product @key(fields: "id") { id: ID! name: String }`,
    {
      Query: {
        products: () => [
          { id: '1', name: 'Ant' },
          { id: '2', name: 'Bee' },
          { id: '1', name: 'Ant' },
        ],
        product: (_: unknown, { id }: { id: string }) => ({ id, name: 'Ant' }),
      },
      Product: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `P${id}` }) },
    },
  );

const reviews = () =>
  subgraph(
    'reviews',
    `type Product @key(fields: "id") { id: ID! reviews: [Review] }
     type Review { text: String author: Author }
     type Author @key(fields: "id") { id: ID! name: String }`,
    {
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => [{ text: `about ${id}`, author: { id: 'a', name: 'Ann' } }],
      },
    },
  );

test('a query that crosses subgraphs is answered whole, and a repeated entity is asked for once', async () => {
  const [one, two] = [await products(), await reviews()];
  const gateway = await gatewayOver([one, two]);
  const { body, status } = await gateway.ask('{ products { name reviews { text author { name } } } }');
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  expect(body.data.products).toEqual(
    ['1', '2', '1'].map((id) => ({
      name: id === '1' ? 'Ant' : 'Bee',
      reviews: [{ text: `about ${id}`, author: { name: 'Ann' } }],
    })),
  );
  expect(two.received).toHaveLength(1);
  expect(two.received[0]?.variables['representations']).toHaveLength(2);
});
