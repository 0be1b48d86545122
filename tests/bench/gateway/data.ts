/** Few records, asked for again and again: six users, nine products, eleven reviews, as many as the public benchmark has. */
const WORDS =
  'chorus choir voice tenor alto soprano bass song verse refrain measure rest scale pitch tone note score hall echo';

/** Text of about 340 characters that differs by review. */
function prose(seed: number): string {
  const words = WORDS.split(' ');
  return Array.from({ length: 58 }, (_, index) => words[(index * (seed * 2 + 3) + seed) % words.length]).join(
    ' ',
  );
}

const USERS = ['Ada', 'Ben', 'Cleo', 'Dov', 'Edda', 'Finn'].map((name, index) => ({
  id: String(index + 1),
  name: `${name} Example`,
  username: name.toLowerCase(),
  birthday: 1980 + index,
}));

const PRODUCTS = ['Table', 'Couch', 'Glass', 'Chair', 'Stove', 'Lamp', 'Shelf', 'Clock', 'Mirror'].map(
  (name, index) => ({
    upc: String(index + 1),
    name,
    price: [899, 1299, 15, 499, 1299][index] ?? 20 * (index + 1),
    weight: [100, 1000, 20, 100, 1000][index] ?? 10 * (index + 1),
    inStock: index % 3 !== 2,
  }),
);

const REVIEWS = [1, 2, 1, 2, 4, 1, 2, 1, 2, 3, 4].map((upc, index) => ({
  id: String(index + 1),
  body: prose(index + 1),
  upc: String(upc),
}));

interface Reference {
  id?: string;
  upc?: string;
  price?: number;
  weight?: number;
}

const review = ({ id, body, upc }: (typeof REVIEWS)[number]) => ({
  id,
  body,
  author: { id: '1', username: USERS[0]?.username },
  product: { upc },
});

const found = <Item extends Reference>(items: readonly Item[], { id, upc }: Reference) =>
  items.find((item) => item.id === id && item.upc === upc) ?? null;

/** Dear things come free of charge, light ones are cheap to send. */
const shippingEstimate = ({ price = 0, weight = 0 }: Reference): number =>
  price > 1000 ? 0 : Math.round(weight / 2);

const byReference = (from: readonly Reference[]) => ({
  __resolveReference: (reference: Reference) => found(from, reference),
});

/** Resolvers of each subgraph. */
export const RESOLVERS = {
  accounts: {
    Query: {
      me: () => USERS[0],
      user: (_: unknown, reference: Reference) => found(USERS, reference),
      users: () => USERS,
    },
    User: byReference(USERS),
  },
  inventory: {
    Product: {
      __resolveReference: (reference: Reference) => {
        const { inStock = null } = PRODUCTS.find(({ upc }) => upc === reference.upc) ?? {};
        return { ...reference, inStock };
      },
      shippingEstimate,
    },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: byReference(PRODUCTS),
  },
  reviews: {
    Review: {
      __resolveReference: ({ id }: Reference) => REVIEWS.filter((item) => item.id === id).map(review)[0],
    },
    User: { reviews: () => REVIEWS.slice(0, 2).map(review) },
    Product: { reviews: ({ upc }: Reference) => REVIEWS.filter((item) => item.upc === upc).map(review) },
  },
};
