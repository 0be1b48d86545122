import { forbidden, signIn, upsell, type Suite } from './corpus.ts';

const HITS = [
  { __typename: 'Book', id: 'b', title: 'T' },
  { __typename: 'Memo', id: 'm', title: 'M', body: 'x' },
  { __typename: 'Draft', id: 'd', draft: 'D' },
];

/** Members of a union are judged one by one. */
export const unions: Suite = {
  title: 'rules behind unions',
  subgraphs: {
    one: {
      sdl: `
type Query { hits: [Hit] hit: Hit! open: String paid: Paid }
union Hit = Book | Memo | Draft
union Paid @feature(flag: "paid", mode: "upsell") = Book
type Book { id: ID! title: String }
type Memo @requiresScopes(scopes: [["memo.read"]]) { id: ID! title: String body: String }
type Draft { id: ID! draft: String @authenticated }`,
      resolvers: {
        Query: { hits: () => HITS, hit: () => HITS[1], open: () => 'yes', paid: () => HITS[0] },
        Hit: { __resolveType: ({ __typename: type }: { __typename: string }) => type },
        Paid: { __resolveType: () => 'Book' },
      },
    },
  },
  cases: [
    {
      name: 'an open member is open whatever the others are',
      operation: '{ hits { ... on Book { title } } }',
      data: { hits: [{ title: 'T' }, {}, {}] },
      sent: { one: ['{ hits { __typename ... on Book { title } } }'] },
    },
    {
      name: 'a protected member is closed beside an open one',
      operation: '{ hits { ... on Book { id } ... on Memo { body } } }',
      caller: {},
      data: { hits: [{ id: 'b' }, { body: null }, {}] },
      errors: [forbidden('hits.body', 'hits')],
      sent: { one: ['{ hits { __typename ... on Book { id } _type: __typename } }'] },
    },
    {
      name: 'a protected member opens with its scope',
      operation: '{ hits { ... on Book { id } ... on Memo { body } } }',
      caller: { scope: 'memo.read' },
      data: { hits: [{ id: 'b' }, { body: 'x' }, {}] },
      sent: { one: ['{ hits { __typename ... on Book { id } ... on Memo { body } } }'] },
    },
    {
      name: 'one name asked of an open and of a protected member keeps the open value',
      operation: '{ hits { ... on Book { title } ... on Memo { title } } }',
      caller: {},
      data: { hits: [{ title: 'T' }, { title: null }, {}] },
      errors: [forbidden('hits.title', 'hits')],
      sent: { one: ['{ hits { __typename ... on Book { title } _type: __typename } }'] },
    },
    {
      name: 'a protected field of one member is judged alone',
      operation: '{ hits { ... on Book { title } ... on Draft { draft } } }',
      data: { hits: [{ title: 'T' }, {}, { draft: null }] },
      errors: [signIn('hits.draft', 'hits')],
      sent: { one: ['{ hits { __typename ... on Book { title } _type: __typename } }'] },
    },
    {
      name: 'members with nothing left to ask are not asked',
      operation: '{ open hits { ... on Memo { body } } }',
      caller: {},
      data: { open: 'yes', hits: null },
      errors: [forbidden('hits.body', 'hits')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a union that must be there is asked for nothing but its type',
      operation: '{ open hit { ... on Memo { body } } }',
      caller: {},
      data: { open: 'yes', hit: { body: null } },
      errors: [forbidden('hit.body')],
      sent: { one: ['{ open hit { __typename _type: __typename } }'] },
    },
    {
      name: 'a denied field that may not be null takes its object along',
      operation: '{ hits { ... on Book { title } ... on Memo { id } } }',
      caller: {},
      data: { hits: [{ title: 'T' }, null, {}] },
      errors: [forbidden('hits.id', 'hits')],
      sent: { one: ['{ hits { __typename ... on Book { title } _type: __typename } }'] },
    },
    {
      name: 'the name of a protected member is not told',
      operation: '{ hits { __typename ... on Book { title } } }',
      caller: {},
      data: { hits: [{ __typename: 'Book', title: 'T' }, null, { __typename: 'Draft' }] },
      errors: [forbidden('hits.__typename', 'hits')],
      sent: { one: ['{ hits { __typename ... on Book { title } _type: __typename } }'] },
    },
    {
      name: 'the rule of the union itself binds the field that returns it',
      operation: '{ open paid { ... on Book { id } } }',
      caller: {},
      data: { open: 'yes', paid: null },
      errors: [upsell('paid', 'paid')],
      sent: { one: ['{ open }'] },
    },
  ],
};
