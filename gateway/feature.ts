import type { ArgumentNode, DocumentNode, GraphQLSchema } from 'graphql';

/** One specification a supergraph uses, with the names its elements go by in this text. */
export interface Feature {
  /** The specification without its version, such as `https://specs.apollo.dev/authenticated`. */
  identity: string;
  version: string;
  purpose: string | undefined;
  /** The local directive name (without `@`) of an element, such as `login` for a renamed `authenticated`. */
  directive: (element: string) => string;
  /** The `for:` argument, to cut it out of the text. */
  purposeNode: ArgumentNode | undefined;
}

/** A supergraph as it was read. */
export interface Supergraph {
  document: DocumentNode;
  features: readonly Feature[];
  /** All types, inaccessible ones included, as the subgraphs know them. */
  types: GraphQLSchema;
}
