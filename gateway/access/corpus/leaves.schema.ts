import type { Suite } from './corpus.ts';

const LEAF = { id: 'l', text: 't', must: 'm', opt: { must: 'm', id: 'o' } };
const LEAVES = [LEAF, { ...LEAF, id: 'k' }];

const sdl = `
type Query {
  open: String must: String! @authenticated
  leaf: Leaf sure: Leaf! strict: Leaf! box: Box outer: Outer
  leaves: [Leaf] sureItems: [Leaf!] sureList: [Leaf]! sureBoth: [Leaf!]! }
type Leaf { id: ID! text: String @requiresScopes(scopes: [["text.read"]]) must: String! @requiresScopes(scopes: [["must.read"]]) opt: Leaf }
type Box { leaf: Leaf! box: Box! note: String }
type Outer { boxes: [Box!] matrix: [[Leaf!]] sure: [[Leaf!]!]! }`;

const BOX = { leaf: LEAF, note: 'n', box: { leaf: LEAF, note: 'i' } };
const resolvers = {
  Query: {
    open: () => 'yes',
    must: () => 'm',
    leaf: () => LEAF,
    sure: () => LEAF,
    strict: () => LEAF,
    box: () => BOX,
    outer: () => ({ boxes: [BOX, BOX], matrix: [LEAVES, [], LEAVES], sure: [[LEAF], []] }),
    leaves: () => LEAVES,
    sureItems: () => LEAVES,
    sureList: () => LEAVES,
    sureBoth: () => LEAVES,
  },
};

/** Objects and lists that may be null, or not, in every way. */
export const leaves: Suite['subgraphs'] = { one: { sdl, resolvers } };
