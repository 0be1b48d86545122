import { forbidden, signIn, type Suite } from './corpus.ts';

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

/** Null goes up to the next place that takes it, as the specification says. */
export const nulls: Suite = {
  title: 'nulls that their place does not take',
  subgraphs: { one: { sdl, resolvers } },
  cases: [
    {
      name: 'a denied field that may not be null takes its object along',
      operation: '{ open leaf { id must } }',
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.must')],
      sent: { one: ['{ open leaf { id } }'] },
    },
    {
      name: 'and the objects around it, as far as they may not be null',
      operation: '{ open box { note leaf { id must } } }',
      caller: {},
      data: { open: 'yes', box: null },
      errors: [forbidden('box.leaf.must')],
      sent: { one: ['{ open box { note leaf { id } } }'] },
    },
    {
      name: 'from below a deeper object too',
      operation: '{ open box { note box { note leaf { must id } } } }',
      caller: {},
      data: { open: 'yes', box: null },
      errors: [forbidden('box.box.leaf.must')],
      sent: { one: ['{ open box { note box { note leaf { id } } } }'] },
    },
    {
      name: 'a field of the root that may not be null takes everything along',
      operation: '{ open must }',
      data: null,
      errors: [signIn('must')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an object of the root that may not be null takes everything along',
      operation: '{ open sure { id must } }',
      caller: {},
      data: null,
      errors: [forbidden('sure.must')],
      sent: { one: ['{ open sure { id } }'] },
    },
    {
      name: 'in a list each object goes by itself',
      operation: '{ leaves { id must } }',
      caller: {},
      data: { leaves: [null, null] },
      errors: [forbidden('leaves.must', 'leaves')],
      sent: { one: ['{ leaves { id } }'] },
    },
    {
      name: 'a list whose objects may not be null goes as a whole',
      operation: '{ open sureItems { id must } }',
      caller: {},
      data: { open: 'yes', sureItems: null },
      errors: [forbidden('sureItems.must', 'sureItems')],
      sent: { one: ['{ open sureItems { id } }'] },
    },
    {
      name: 'a list that may not be null keeps its null objects',
      operation: '{ sureList { id must } }',
      caller: {},
      data: { sureList: [null, null] },
      errors: [forbidden('sureList.must', 'sureList')],
      sent: { one: ['{ sureList { id } }'] },
    },
    {
      name: 'a list that may hold no null and may not be null takes everything along',
      operation: '{ open sureBoth { id must } }',
      caller: {},
      data: null,
      errors: [forbidden('sureBoth.must', 'sureBoth')],
      sent: { one: ['{ open sureBoth { id } }'] },
    },
    {
      name: 'a nullable object in between stops it',
      operation: '{ sureBoth { id opt { id must } } }',
      caller: {},
      data: {
        sureBoth: [
          { id: 'l', opt: null },
          { id: 'k', opt: null },
        ],
      },
      errors: [forbidden('sureBoth.opt.must', 'sureBoth')],
      sent: { one: ['{ sureBoth { id opt { id } } }'] },
    },
    {
      name: 'two denied fields are told though one null holds both',
      operation: '{ leaf { id text must } }',
      caller: {},
      data: { leaf: null },
      errors: [forbidden('leaf.text'), forbidden('leaf.must')],
      sent: { one: ['{ leaf { id } }'] },
    },
    {
      name: 'an allowed occurrence keeps its object',
      operation: '{ leaf { must } box { note leaf { id } } }',
      caller: { scope: 'must.read' },
      data: { leaf: { must: 'm' }, box: { note: 'n', leaf: { id: 'l' } } },
      sent: { one: ['{ leaf { must } box { note leaf { id } } }'] },
    },
  ],
};

/** Lists in lists have no indices in the paths of errors. */
export const lists: Suite = {
  title: 'lists of lists',
  subgraphs: { one: { sdl, resolvers } },
  cases: [
    {
      name: 'a denied field below lists of lists is told once, at the outermost',
      operation: '{ outer { matrix { id text } } }',
      caller: {},
      data: {
        outer: {
          matrix: [
            [
              { id: 'l', text: null },
              { id: 'k', text: null },
            ],
            [],
            [
              { id: 'l', text: null },
              { id: 'k', text: null },
            ],
          ],
        },
      },
      errors: [forbidden('outer.matrix.text', 'outer.matrix')],
      sent: { one: ['{ outer { matrix { id } } }'] },
    },
    {
      name: 'null stops at the list that takes it',
      operation: '{ outer { matrix { id must } } }',
      caller: {},
      data: { outer: { matrix: [null, [], null] } },
      errors: [forbidden('outer.matrix.must', 'outer.matrix')],
      sent: { one: ['{ outer { matrix { id } } }'] },
    },
    {
      name: 'null goes through all lists that do not take it',
      operation: '{ open outer { sure { id must } } }',
      caller: {},
      data: { open: 'yes', outer: null },
      errors: [forbidden('outer.sure.must', 'outer.sure')],
      sent: { one: ['{ open outer { sure { id } } }'] },
    },
    {
      name: 'a list in the objects of a list is told at the outer one',
      operation: '{ outer { boxes { note leaf { id text } } } }',
      caller: {},
      data: {
        outer: {
          boxes: [
            { note: 'n', leaf: { id: 'l', text: null } },
            { note: 'n', leaf: { id: 'l', text: null } },
          ],
        },
      },
      errors: [forbidden('outer.boxes.leaf.text', 'outer.boxes')],
      sent: { one: ['{ outer { boxes { note leaf { id } } } }'] },
    },
  ],
};

/** An object of which nothing is left is not asked for, unless something hangs on its being there. */
export const collapses: Suite = {
  title: 'selections of which nothing is left',
  subgraphs: { one: { sdl, resolvers } },
  cases: [
    {
      name: 'an object without a field left is null and not asked for',
      operation: '{ open leaf { text } }',
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.text', 'leaf')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'and so is the object around it',
      operation: '{ open leaf { opt { opt { text must } } } }',
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.opt.opt.text', 'leaf'), forbidden('leaf.opt.opt.must', 'leaf')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an object around it with a field left is not',
      operation: '{ leaf { id opt { text } } }',
      caller: {},
      data: { leaf: { id: 'l', opt: null } },
      errors: [forbidden('leaf.opt.text', 'leaf.opt')],
      sent: { one: ['{ leaf { id } }'] },
    },
    {
      name: 'a list without a field left is null and not asked for',
      operation: '{ open leaves { text } }',
      caller: {},
      data: { open: 'yes', leaves: null },
      errors: [forbidden('leaves.text', 'leaves')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an object that may not be null is asked for its being there',
      operation: '{ open sure { text } }',
      caller: {},
      data: { open: 'yes', sure: { text: null } },
      errors: [forbidden('sure.text')],
      sent: { one: ['{ open sure { _type: __typename } }'] },
    },
    {
      name: 'a list that may not be null is asked for its length',
      operation: '{ sureBoth { text } }',
      caller: {},
      data: { sureBoth: [{ text: null }, { text: null }] },
      errors: [forbidden('sureBoth.text', 'sureBoth')],
      sent: { one: ['{ sureBoth { _type: __typename } }'] },
    },
    {
      name: 'fragments without a field left go with their object',
      operation: '{ open leaf { ...A ... { ... on Leaf { must } } } } fragment A on Leaf { text }',
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.text', 'leaf'), forbidden('leaf.must', 'leaf')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a query of which nothing is left asks nobody',
      operation: '{ leaf { text } leaves { must } }',
      caller: {},
      data: { leaf: null, leaves: null },
      errors: [forbidden('leaf.text', 'leaf'), forbidden('leaves.must', 'leaves')],
    },
    {
      name: 'a query of which everything is denied asks nobody and is null',
      operation: '{ must }',
      data: null,
      errors: [signIn('must')],
    },
    {
      name: 'the name for asking types gives way to the client’s own',
      operation: '{ sure { _type: text } }',
      caller: {},
      data: { sure: { _type: null } },
      errors: [forbidden('sure._type')],
      sent: { one: ['{ sure { __type: __typename } }'] },
    },
  ],
};
