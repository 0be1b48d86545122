import { forbidden, type Suite } from './corpus.ts';

const LEAF = { id: 'l', text: 't', must: 'm' };
const QUERY = 'query Q($on: Boolean!)';

/** What `@skip` and `@include` leave out was never asked for. */
export const conditions: Suite = {
  title: 'denied fields under conditions',
  subgraphs: {
    one: {
      sdl: `
type Query { open: String leaf: Leaf top: Top closed: String @requiresScopes(scopes: [["closed.read"]]) }
type Top { leaf: Leaf id: ID }
type Leaf { id: ID! text: String @requiresScopes(scopes: [["text.read"]]) must: String! @requiresScopes(scopes: [["must.read"]]) }`,
      resolvers: {
        Query: {
          open: () => 'yes',
          leaf: () => LEAF,
          top: () => ({ leaf: LEAF, id: 't' }),
          closed: () => 'c',
        },
      },
    },
  },
  cases: [
    {
      name: 'a literal that leaves a denied field in',
      operation: '{ leaf { id text @include(if: true) must @skip(if: true) } }',
      caller: {},
      data: { leaf: { id: 'l', text: null } },
      errors: [forbidden('leaf.text')],
      sent: { one: ['{ leaf { id } }'] },
    },
    {
      name: 'a literal that leaves a denied field out leaves its error out',
      operation: '{ leaf { id text @include(if: false) } }',
      caller: {},
      data: { leaf: { id: 'l' } },
      sent: { one: ['{ leaf { id } }'] },
    },
    {
      name: 'a literal that leaves in is no condition for an object of which nothing is left',
      operation: '{ open leaf { text @include(if: true) ... @skip(if: false) { must } } }',
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.text', 'leaf'), forbidden('leaf.must', 'leaf')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an object that loses nothing by a denial is there',
      operation: '{ open leaf { text @include(if: false) } }',
      caller: {},
      data: { open: 'yes', leaf: {} },
      sent: { one: ['{ open leaf { _type: __typename } }'] },
    },
    {
      name: 'a variable that leaves a denied field in',
      operation: `${QUERY} { leaf { id text @include(if: $on) } }`,
      variables: { on: true },
      caller: {},
      data: { leaf: { id: 'l', text: null } },
      errors: [forbidden('leaf.text')],
      sent: { one: ['query Q__one__0 { leaf { id } }'] },
    },
    {
      name: 'a variable that leaves a denied field out leaves its error out',
      operation: `${QUERY} { leaf { id text @include(if: $on) must @skip(if: $off) } }`.replace(
        ')',
        ' $off: Boolean!)',
      ),
      variables: { on: false, off: true },
      caller: {},
      data: { leaf: { id: 'l' } },
      sent: { one: ['query Q__one__0 { leaf { id } }'] },
    },
    {
      name: 'an object may be all that a variable leaves',
      operation: `${QUERY} { leaf { text @include(if: $on) } }`,
      variables: { on: false },
      caller: {},
      data: { leaf: {} },
      sent: { one: ['query Q__one__0 { leaf { _type: __typename } }'] },
    },
    {
      name: 'and holds the denied field when the variable leaves that in',
      operation: `${QUERY} { leaf { text @include(if: $on) } }`,
      variables: { on: true },
      caller: {},
      data: { leaf: { text: null } },
      errors: [forbidden('leaf.text')],
      sent: { one: ['query Q__one__0 { leaf { _type: __typename } }'] },
    },
    {
      name: 'a conditional fragment of denied fields leaves the object',
      operation: `${QUERY} { leaf { ... @skip(if: $on) { text must } } }`,
      variables: { on: true },
      caller: {},
      data: { leaf: {} },
      sent: { one: ['query Q__one__0 { leaf { _type: __typename } }'] },
    },
    {
      name: 'a conditional named fragment of denied fields is told when it applies',
      operation: `${QUERY} { leaf { id ...F @include(if: $on) } } fragment F on Leaf { text }`,
      variables: { on: true },
      caller: {},
      data: { leaf: { id: 'l', text: null } },
      errors: [forbidden('leaf.text')],
      sent: { one: ['query Q__one__0 { leaf { id } }'] },
    },
    {
      name: 'a conditional object of which nothing is left is null when it is asked for',
      operation: `${QUERY} { open leaf @include(if: $on) { text } }`,
      variables: { on: true },
      caller: {},
      data: { open: 'yes', leaf: null },
      errors: [forbidden('leaf.text', 'leaf')],
      sent: { one: ['query Q__one__0 { open }'] },
    },
    {
      name: 'and not there when it is not',
      operation: `${QUERY} { open leaf @include(if: $on) { text } }`,
      variables: { on: false },
      caller: {},
      data: { open: 'yes' },
      sent: { one: ['query Q__one__0 { open }'] },
    },
    {
      name: 'an object around a conditional object stays',
      operation: `${QUERY} { top { leaf @include(if: $on) { text } } }`,
      variables: { on: true },
      caller: {},
      data: { top: { leaf: null } },
      errors: [forbidden('top.leaf.text', 'top.leaf')],
      sent: { one: ['query Q__one__0 { top { _type: __typename } }'] },
    },
    {
      name: 'two occurrences of which one is left in are one denied field',
      operation: `${QUERY} { leaf { id text @include(if: $on) text @skip(if: $on) } }`,
      variables: { on: true },
      caller: {},
      data: { leaf: { id: 'l', text: null } },
      errors: [forbidden('leaf.text')],
      sent: { one: ['query Q__one__0 { leaf { id } }'] },
    },
    {
      name: 'a denied root field that is left out is not told',
      operation: `${QUERY} { open closed @include(if: $on) }`,
      variables: { on: false },
      caller: {},
      data: { open: 'yes' },
      sent: { one: ['query Q__one__0 { open }'] },
    },
    {
      name: 'a query that leaves out all it might not have is empty',
      operation: `${QUERY} { closed @include(if: $on) }`,
      variables: { on: false },
      caller: {},
      data: {},
    },
    {
      name: 'a variable with a default counts as the default',
      operation: 'query Q($on: Boolean = false) { leaf { id text @include(if: $on) } }',
      caller: {},
      data: { leaf: { id: 'l' } },
      sent: { one: ['query Q__one__0 { leaf { id } }'] },
    },
  ],
};
