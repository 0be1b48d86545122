/**
 * The graph of the parts that count calls: lists of products, and four subgraphs that know something of each product. All
 * fields of a subgraph are kept equally long, for everybody.
 */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

/** For how many seconds the fields of each subgraph are kept. */
export const AGES = { lists: 10, catalog: 60, prices: 10, stock: 5, reviews: 20 } as const;
export type ShopSubgraph = keyof typeof AGES;
export const SHOP = Object.keys(AGES) as ShopSubgraph[];

/** What clients can ask of a product, by the subgraph that knows it. */
export const FIELDS = {
  catalog: ['name', 'description', 'brand', 'category', 'image', 'color', 'madeIn', 'weight'],
  prices: ['price', 'priceBefore', 'currency', 'discount'],
  stock: ['inStock', 'left', 'shipsInDays', 'warehouse'],
  reviews: ['rating', 'reviewCount', 'latestReview { stars }', 'latestReview { stars text }'],
} as const;

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
  @composeDirective(name: "@fieldCache")
directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT`;

const namesIn = (name: Exclude<ShopSubgraph, 'lists'>): Set<string> =>
  new Set(FIELDS[name].map((field) => field.replace(/ .*/, '')));

function sdlOf(name: ShopSubgraph, isKept: boolean): string {
  const policy = isKept ? `@fieldCache(maxAge: ${AGES[name]}, scope: "PUBLIC")` : '';
  if (name === 'lists')
    return `${LINK}
      type Query { products(ids: [ID!]!): [Product] ${policy} }
      type Product @key(fields: "id") { id: ID! ${policy} }`;
  const fields = [...namesIn(name)].map(
    (field) => `${field}: ${field === 'latestReview' ? 'Review' : 'String'} ${policy}`,
  );
  return `${LINK}
    type Product @key(fields: "id") { id: ID! ${fields.join(' ')} }
    ${name === 'reviews' ? `type Review { stars: String ${policy} text: String ${policy} }` : ''}`;
}

interface Product {
  id: string;
}

function resolversOf(name: ShopSubgraph): GraphQLResolverMap<unknown> {
  if (name === 'lists')
    return {
      Query: { products: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map((id) => ({ id })) },
    };
  const valueOf = (field: string) =>
    field === 'latestReview'
      ? () => ({ stars: '5', text: 'As good as they say.' })
      : ({ id }: Product) => `${field} of ${id}`;
  const fields = [...namesIn(name)].map((field) => [field, valueOf(field)]);
  return { Product: { __resolveReference: (product: Product) => product, ...Object.fromEntries(fields) } };
}

/** A subgraph that can be asked; its fields carry their `@fieldCache`. */
export const shopSchema = (name: ShopSubgraph): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(sdlOf(name, true)), resolvers: resolversOf(name) }]);

/** With its policies or without any. @throws when the subgraphs do not fit together */
export function shopSupergraph(urls: Readonly<Record<ShopSubgraph, string>>, isKept: boolean): string {
  const { supergraphSdl, errors } = composeServices(
    SHOP.map((name) => ({ name, url: urls[name], typeDefs: parse(sdlOf(name, isKept)) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
