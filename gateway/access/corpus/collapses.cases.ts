import { forbidden, signIn, type Suite } from './corpus.ts';
import { leaves } from './leaves.schema.ts';

/** An object of which nothing is left is not asked for, unless something hangs on its being there. */
export const collapses: Suite = {
  title: 'selections of which nothing is left',
  subgraphs: leaves,
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
