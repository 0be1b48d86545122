import { ENFORCED } from '../access/access.ts';
import { expect, test } from 'vitest';
import { readSupergraph } from '../supergraph/supergraph.ts';
import { gatewayOver, subgraph } from '../testing.ts';
import { productGateway } from '../testing-product.ts';
import { costTables } from './cost.ts';

const books = () =>
  subgraph(
    'books',
    `type Query { books(first: Int): [Book] @federation__listSize(slicingArguments: ["first"]) }
     type Mutation { reindex: Int @federation__cost(weight: 30) }
     type Book { title: String author: Author }
     type Author { name: String }`,
    { Query: { books: () => [] }, Mutation: { reindex: () => 1 } },
  );

const PAGE = 'query ($n: Int) { books(first: $n) { title author { name } } }';
const tooHigh = (cost: number, most: number) => ({
  errors: [
    {
      message: `This operation costs ${cost}, and at most ${most} is allowed.`,
      extensions: { code: 'COST_TOO_HIGH' },
    },
  ],
});

test('an operation that costs too much is refused before any subgraph was asked, and the same with less is not', async () => {
  const shop = await books();
  const { ask } = await gatewayOver([shop], { env: { MAX_COST: '30' } });
  const refused = await ask(PAGE, { n: 16 });
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual(tooHigh(32, 30));
  expect((await ask('mutation { reindex }')).body).toEqual(tooHigh(40, 30));
  expect(shop.received).toEqual([]);
  expect((await ask(PAGE, { n: 15 })).body).toEqual({ data: { books: [] } });
  expect(shop.received).toHaveLength(1);
});

test('without a setting 20,000 is the most, and more than that over a supergraph of others', async () => {
  const shop = await books();
  const alone = await gatewayOver([shop]);
  const { as, token, ann } = await productGateway({ over: [shop] });
  const credential = await token(ann);
  const ask = (query: string) => as(credential, query);
  const times = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `b${index}: books(first: 1000) { author { name } }`).join(' ')} }`;
  expect((await ask(times(10))).status).toBe(200);
  expect((await ask(times(11))).body).toEqual(tooHigh(22_000, 20_000));
  expect((await alone.ask(times(11))).status).toBe(200);
});

test('what costs too much takes nothing from a key’s requests a second, and a wrong credential is told first', async () => {
  const { as, apiKey } = await productGateway({ env: { MAX_COST: '9' } });
  const { key } = apiKey({ rateLimit: 1 });
  const codes = async (credential: string, query: string) =>
    (await as(credential, query)).body.errors?.map(({ extensions }) => extensions['code']);
  expect(await codes(key, 'mutation { change }')).toEqual(['COST_TOO_HIGH']);
  expect(await codes(key, '{ whoami }')).toBeUndefined();
  expect(await codes('nonsense', 'mutation { change }')).toEqual(['UNAUTHENTICATED']);
});

test('a page of the product costs what its `first` asks for', () => {
  const { outputs } = costTables(readSupergraph(`${import.meta.dirname}/../supergraph.graphql`, ENFORCED));
  const pages = [...outputs].flatMap(([type, { fields }]) =>
    [...fields]
      .filter(([, field]) => field.type.endsWith('Connection'))
      .map(([name, field]) => ({ at: `${type}.${name}`, ...field })),
  );
  expect(pages.length).toBeGreaterThan(5);
  for (const { at, sizes } of pages) {
    expect({ at, sizes }).toEqual({
      at,
      sizes: [
        {
          slicing: [expect.objectContaining({ argument: 'first', isList: false })],
          assumed: 20,
          sizedFields: ['nodes', 'edges'],
        },
      ],
    });
  }
});
