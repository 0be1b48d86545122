/** The four subgraphs as text: their types are those of the public federation benchmark. */
import { composeServices } from '@apollo/composition';
import {
  Kind,
  parse,
  parseConstValue,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type NameNode,
} from 'graphql';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key", "@external", "@requires", "@provides", "@shareable",
    "@authenticated", "@requiresScopes", "@composeDirective"])`;

/** The rules stand in the text that Chorus serves; peers that could not keep them get it without. */
const SDL = {
  accounts: `
    type Query {
      me: User @requiresScopes(scopes: [["me:read"]])
      user(id: ID!): User @requiresScopes(scopes: [["users:read"]])
      users: [User] @requiresScopes(scopes: [["users:read"]])
    }
    type User @key(fields: "id") @authenticated {
      id: ID!
      name: String @requiresScopes(scopes: [["users:read"], ["me:read"]])
      username: String @shareable
      birthday: Int @requiresScopes(scopes: [["users:private"]])
    }`,
  inventory: `
    type Product @key(fields: "upc") @authenticated {
      upc: String!
      weight: Int @external
      price: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight") @requiresScopes(scopes: [["prices:read"]])
    }`,
  products: `
    type Query {
      topProducts(first: Int = 5): [Product] @requiresScopes(scopes: [["products:read"]])
    }
    type Product @key(fields: "upc") @authenticated {
      upc: String!
      name: String
      price: Int @requiresScopes(scopes: [["prices:read"]])
      weight: Int
    }`,
  reviews: `
    type Review @key(fields: "id") @authenticated {
      id: ID!
      body: String @requiresScopes(scopes: [["reviews:read"]])
      author: User @provides(fields: "username")
      product: Product
    }
    type User @key(fields: "id") @authenticated {
      id: ID!
      username: String @external
      reviews: [Review] @requiresScopes(scopes: [["reviews:read"]])
    }
    type Product @key(fields: "upc") @authenticated {
      upc: String!
      reviews: [Review] @requiresScopes(scopes: [["reviews:read"]])
    }`,
} as const;

export type SubgraphName = keyof typeof SDL;
export const SUBGRAPHS = Object.keys(SDL) as SubgraphName[];

/** What the operations need; `users:private` is asked for by none of them. */
export const SCOPES = ['me:read', 'users:read', 'products:read', 'prices:read', 'reviews:read'];

/**
 * `plain` for peers, `protected` with access rules. On top of these all but `me` may be shared among requests under way
 * (`shared`), is kept (`kept`), or is kept for each caller alone (`apart`).
 */
export type Variant = 'plain' | 'protected' | keyof typeof POLICIES;
export const VARIANTS: readonly Variant[] = ['plain', 'protected', 'shared', 'kept', 'apart'];

interface Policy {
  maxAge: number;
  scope: string;
}

const HOUR_S = 3600;

/** How long and for whom the fields of a type are kept; an age of zero is for requests under way at the same moment only. */
const POLICIES = {
  shared: () => ({ maxAge: 0, scope: 'PUBLIC' }),
  kept: (type: string) => ({
    maxAge: HOUR_S,
    scope: type === 'User' || type === 'Review' ? 'TENANT' : 'PUBLIC',
  }),
  apart: () => ({ maxAge: HOUR_S, scope: 'USER' }),
} satisfies Record<string, (type: string) => Policy>;

const RULES = new Set(['authenticated', 'requiresScopes']);
const FIELD_CACHE = `extend schema @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ["@fieldCache"])
    @composeDirective(name: "@fieldCache")
  directive @fieldCache(maxAge: Int!, scope: String = "TENANT", swr: Int, sie: Int) on FIELD_DEFINITION | OBJECT`;

export const subgraphSdl = (name: SubgraphName): DocumentNode => parse(`${LINK}\n${SDL[name]}`);

function variantOf(name: SubgraphName, variant: Variant): DocumentNode {
  if (variant === 'protected') return subgraphSdl(name);
  if (variant === 'plain')
    return visit(subgraphSdl(name), {
      Directive: ({ name: { value } }) => (RULES.has(value) ? null : undefined),
    });
  const policyOf = POLICIES[variant];
  const cached = visit(subgraphSdl(name), {
    ObjectTypeDefinition: (type) => {
      const policy = fieldCache(policyOf(type.name.value));
      return {
        ...type,
        fields: type.fields?.map((field) => (isCached(field) ? withPolicy(field, policy) : field)),
      };
    },
  });
  return parse(`${print(cached)}\n${FIELD_CACHE}`);
}

const isCached = ({ name, directives = [] }: FieldDefinitionNode): boolean =>
  name.value !== 'me' && !directives.some((directive) => directive.name.value === 'external');

const withPolicy = (field: FieldDefinitionNode, policy: ConstDirectiveNode): FieldDefinitionNode => ({
  ...field,
  directives: [...(field.directives ?? []), policy],
});

const named = (value: string): NameNode => ({ kind: Kind.NAME, value });

const fieldCache = (policy: Policy): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: named('fieldCache'),
  arguments: Object.entries(policy).map(([name, value]) => ({
    kind: Kind.ARGUMENT,
    name: named(name),
    value: parseConstValue(JSON.stringify(value)),
  })),
});

/** @throws when the subgraphs do not fit together */
export function supergraph(variant: Variant, urls: Readonly<Record<SubgraphName, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    SUBGRAPHS.map((name) => ({ name, url: urls[name], typeDefs: variantOf(name, variant) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
