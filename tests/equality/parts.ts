/** What generated graphs are put together from. */
export const WRAPS = ['T', 'T', 'T', 'T!', '[T]', '[T!]', '[T]!', '[T!]!', '[[T]]', '[[T!]!]!'] as const;
export const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'Enum', 'Scalar', 'ID'] as const;
export const ENTITIES = ['E0', 'E1', 'E2', 'E3'] as const;
/** Names every object answers to in JavaScript. */
export const INHERITED = ['constructor', 'toString', 'hasOwnProperty'] as const;
export const ECHO = '(x: Int deep: Int in: Input by: Enum list: [Int!])';

/** In every subgraph alike. */
export const COMMON = `
enum Enum { A B C HIDDEN @inaccessible }
scalar Scalar
input Input { a: Int b: Enum c: Input d: Int }
type Org @shareable { id: ID! title: String }
type V0 @shareable { x: String! y: V1 z: [V1!] zz: [[V1]] l4: Enum }
type V1 @shareable { w: Int constructor: String l5: Scalar id: ID }`;

export type Keys = readonly [string, ...string[]];

/** The keys of an entity in the first subgraph, which has all of them, and what others may have. */
export const STYLES: readonly [
  { all: Keys; others: readonly [Keys, ...Keys[]] },
  ...{ all: Keys; others: readonly [Keys, ...Keys[]] }[],
] = [
  { all: ['id'], others: [['id']] },
  { all: ['id', 'code'], others: [['id'], ['code'], ['code', 'id']] },
  { all: ['id', 'org { id }'], others: [['org { id }'], ['id']] },
  { all: ['id region', 'code'], others: [['id region'], ['code']] },
];

export const KEY_FIELDS: Readonly<Record<string, string>> = {
  id: 'id: ID!',
  code: 'code: String!',
  'org { id }': 'org: Org!',
  'id region': 'id: ID! region: Int!',
};
