import { parse } from 'graphql';
import type { Supergraph } from '../feature.ts';
import { compose } from '../testing.ts';
import { costByPath, costFormula, costTables } from './cost.ts';

/** The text of a supergraph of one subgraph with these elements of the cost specification. */
export const supergraphText = (imports: string, sdl: string): string =>
  compose([
    {
      name: 'shop',
      url: 'http://127.0.0.1:1/',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: [${imports}])\n${sdl}`,
    },
  ]);

/** The cost of operations over a supergraph, in total and by path. */
export function costsOver(supergraph: Pick<Supergraph, 'types' | 'features'>) {
  const tables = costTables(supergraph);
  return (query: string) => {
    const document = parse(query);
    const [operation] = document.definitions;
    if (operation?.kind !== 'OperationDefinition') throw new Error('the operation comes first');
    const formula = costFormula(operation, document, tables);
    return {
      document,
      cost: (variables: Record<string, unknown> = {}) => formula(variables).total,
      paths: (variables: Record<string, unknown> = {}) =>
        Object.fromEntries(costByPath(operation, document, tables, variables)),
    };
  };
}

/** A schema with everything that can be said about costs. */
export const SHOP = `
  type Query {
    count: Int
    colour: Colour
    dear: Int @cost(weight: 7)
    negative: Int @cost(weight: -50)
    worth: Money
    user: User
    vault: Vault
    house: Vault @cost(weight: 3)
    free: User @cost(weight: 0)
    plain: [User]
    fixed: [User] @listSize(assumedSize: 4)
    paged(first: Int, last: Int, after: Int): [User] @listSize(slicingArguments: ["first", "last"], assumedSize: 20)
    strict(first: Int, last: Int): [User] @listSize(slicingArguments: ["first", "last"])
    usual(first: Int = 3): [User] @listSize(slicingArguments: ["first"], assumedSize: 20)
    matrix(first: Int): [[User]] @listSize(slicingArguments: ["first"])
    prices: [Int] @cost(weight: 2) @listSize(assumedSize: 5)
    connection(first: Int, last: Int): Users
      @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], assumedSize: 6, requireOneSlicingArgument: false)
    unknown(first: Int): Users @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
    find(text: String @cost(weight: 5), filter: Filter, worth: Money, all: [Filter], sure: Filter @cost(weight: 9), texts: [String] @cost(weight: 2)): Int
    node: Node
    any: Thing
    nodes: [Node] @listSize(assumedSize: 2)
  }
  type Mutation { rename(name: String): User ping: Int }
  type Users { nodes: [User] edges: [Edge] @listSize(assumedSize: 8) total: Int }
  type Edge { user: User }
  interface Node { id: ID friends(first: Int): [User] }
  type User implements Node {
    id: ID name: String friend: User
    friends(first: Int): [User] @listSize(slicingArguments: ["first"])
    secrets: Int @cost(weight: 11)
  }
  type Robot implements Node { id: ID model: Vault friends(first: Int): [User] }
  union Thing = User | Vault
  type Vault @cost(weight: 30) { gold: Int @cost(weight: 2) }
  enum Colour @cost(weight: 4) { RED }
  scalar Money @cost(weight: 6)
  input Filter { name: String worth: Money price: Int @cost(weight: 3) within: Filter }
`;
