import { forbidden, signIn, type Suite } from './corpus.ts';
import { leaves } from './leaves.schema.ts';

/** Null goes up to the next place that takes it, as the specification says. */
export const nulls: Suite = {
  title: 'nulls that their place does not take',
  subgraphs: leaves,
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
  subgraphs: leaves,
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
