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

test('@defer is refused by the document stage with one error, before anything is planned or fetched', async () => {
  const one = await products();
  const gateway = await gatewayOver([one]);
  const { body } = await gateway.ask('{ products { id ... @defer { name } } }');
  expect(body.data).toBeUndefined();
  expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  expect(one.received).toEqual([]);
});

test('questions about the schema stand beside data', async () => {
  const gateway = await gatewayOver([await products()], { args: ['--introspection'] });
  const { body } = await gateway.ask(
    '{ __type(name: "Product") { name fields { name } } product(id: "1") { __typename name } }',
  );
  expect(body).toEqual({
    data: {
      __type: { name: 'Product', fields: [{ name: 'id' }, { name: 'name' }] },
      product: { __typename: 'Product', name: 'Ant' },
    },
  });
});

test('fields of an interface object are answered for each of its types, and its errors are told at them', async () => {
  const media = await subgraph(
    'media',
    `type Query { media: [Media] }
     interface Media @key(fields: "id") { id: ID! title: String }
     type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
     type Film implements Media @key(fields: "id") { id: ID! title: String }`,
    {
      Query: {
        media: () => [
          { __typename: 'Book', id: '1', title: 'Emma', pages: 9 },
          { __typename: 'Film', id: '2', title: 'Alien' },
        ],
      },
    },
  );
  const votes = await subgraph(
    'votes',
    'type Media @key(fields: "id") @interfaceObject { id: ID! votes: Int }',
    {
      Media: {
        votes: ({ id }: { id: string }) => {
          if (id === '2') throw new Error('no votes');
          return 5;
        },
      },
    },
  );
  const gateway = await gatewayOver([media, votes]);
  const { body } = await gateway.ask('{ media { __typename votes ... on Book { pages votes } } }');
  expect(body.data).toEqual({
    media: [
      { __typename: 'Book', votes: 5, pages: 9 },
      { __typename: 'Film', votes: null },
    ],
  });
  expect(body.errors?.map(({ path }) => path)).toEqual([['media', 1, 'votes']]);
});
