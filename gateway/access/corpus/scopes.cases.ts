import { forbidden, signIn, type Suite } from './corpus.ts';

const OPERATION = '{ open doc { id text } }';
const all = { open: 'yes', doc: { id: 'd', text: 't' } };
const part = { open: 'yes', doc: { id: 'd', text: null } };
const whole = { one: [OPERATION] };
const rest = { one: ['{ open doc { id } }'] };
const errors = [forbidden('doc.text')];

/** `[[a, b], [c]]` is a and b, or c. */
export const scopes: Suite = {
  title: 'combinations of scopes',
  subgraphs: {
    one: {
      sdl: `
type Query { open: String doc: Doc never: String @requiresScopes(scopes: []) }
type Doc { id: ID! text: String @requiresScopes(scopes: [["doc.a", "doc.b"], ["doc.c"]]) }`,
      resolvers: {
        Query: { open: () => 'yes', doc: () => ({ id: 'd', text: 't' }), never: () => 'n' },
      },
    },
  },
  cases: [
    { name: 'none of them', operation: OPERATION, caller: {}, data: part, errors, sent: rest },
    { name: 'nobody', operation: OPERATION, data: part, errors: [signIn('doc.text')], sent: rest },
    {
      name: 'half of a pair',
      operation: OPERATION,
      caller: { scope: 'doc.a' },
      data: part,
      errors,
      sent: rest,
    },
    {
      name: 'the other half with strangers',
      operation: OPERATION,
      caller: { scope: 'x doc.b y' },
      data: part,
      errors,
      sent: rest,
    },
    {
      name: 'the pair as one scope',
      operation: OPERATION,
      caller: { scope: 'doc.a,doc.b doc.adoc.b' },
      data: part,
      errors,
      sent: rest,
    },
    { name: 'the pair', operation: OPERATION, caller: { scope: 'doc.b doc.a' }, data: all, sent: whole },
    { name: 'the single one', operation: OPERATION, caller: { scope: 'doc.c' }, data: all, sent: whole },
    {
      name: 'all of them',
      operation: OPERATION,
      caller: { scope: 'doc.a doc.b doc.c' },
      data: all,
      sent: whole,
    },
    {
      name: 'a rule without a combination is met by nobody',
      unmet: true,
      operation: '{ open never }',
      caller: { scope: 'doc.a doc.b doc.c' },
      data: { open: 'yes', never: null },
      errors: [forbidden('never')],
      sent: { one: ['{ open }'] },
    },
  ],
};

const person = { __typename: 'Person', id: 'p' };
const name = () => 'Ada';

/** A field that two subgraphs share needs what each of them asks for. */
export const shared: Suite = {
  title: 'rules of several subgraphs on one element',
  subgraphs: {
    one: {
      sdl: `type Query { person: Person }
type Person @key(fields: "id") { id: ID!
  name: String @shareable @requiresScopes(scopes: [["person.a"]])
  age: Int @shareable
  rank: Int @shareable @authenticated }`,
      resolvers: { Query: { person: () => person }, Person: { name, age: () => 1, rank: () => 2 } },
    },
    two: {
      sdl: `type Query { again: Person }
type Person @key(fields: "id") { id: ID!
  name: String @shareable @requiresScopes(scopes: [["person.b"]])
  age: Int @shareable @requiresScopes(scopes: [["person.age"]])
  rank: Int @shareable @requiresScopes(scopes: [["person.rank"]]) }`,
      resolvers: {
        Query: { again: () => person },
        Person: { __resolveReference: () => person, name, age: () => 1, rank: () => 2 },
      },
    },
  },
  cases: [
    {
      name: 'the scope of one subgraph is not enough',
      operation: '{ person { id name } again { id name } }',
      caller: { scope: 'person.a' },
      data: { person: { id: 'p', name: null }, again: { id: 'p', name: null } },
      errors: [forbidden('person.name'), forbidden('again.name')],
      sent: { one: ['{ person { id } }'], two: ['{ again { id } }'] },
    },
    {
      name: 'the scope of the other subgraph is not enough either',
      operation: '{ person { id name } }',
      caller: { scope: 'person.b' },
      data: { person: { id: 'p', name: null } },
      errors: [forbidden('person.name')],
      sent: { one: ['{ person { id } }'] },
    },
    {
      name: 'both scopes are',
      operation: '{ person { id name } }',
      caller: { scope: 'person.a person.b' },
      data: { person: { id: 'p', name: 'Ada' } },
      sent: { one: ['{ person { id name } }'] },
    },
    {
      name: 'a rule of one subgraph binds where the other has none',
      operation: '{ person { id age } }',
      caller: {},
      data: { person: { id: 'p', age: null } },
      errors: [forbidden('person.age')],
      sent: { one: ['{ person { id } }'] },
    },
    {
      name: 'different rules of two subgraphs bind together',
      operation: '{ person { id rank } }',
      caller: {},
      data: { person: { id: 'p', rank: null } },
      errors: [forbidden('person.rank')],
      sent: { one: ['{ person { id } }'] },
    },
    {
      name: 'different rules of two subgraphs can both be met',
      operation: '{ person { id rank } }',
      caller: { scope: 'person.rank' },
      data: { person: { id: 'p', rank: 2 } },
      sent: { one: ['{ person { id rank } }'] },
    },
  ],
};
