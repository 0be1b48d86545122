/** The operations that are measured. */
const FRAGMENTS = `fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }`;

const AUTHOR = 'author { ...User reviews { ...Review product { ...Product } } }';

/** By name: the public benchmark's query; five products with their reviews; the smallest there is. */
export const OPERATIONS = {
  deep: `${FRAGMENTS}
query TestQuery {
  users { ...User reviews { ...Review product { ...Product reviews { ...Review ${AUTHOR} } } } }
  topProducts { ...Product reviews { ...Review ${AUTHOR} } }
}`,
  mid: '{ topProducts(first: 5) { upc name price weight reviews { id body } } }',
  tiny: '{ me { id } }',
} as const;

export type Case = keyof typeof OPERATIONS;
export const CASES = Object.keys(OPERATIONS) as Case[];

export const bodyOf = (name: Case): string => JSON.stringify({ query: OPERATIONS[name] });
