import { forbidden, signIn, type Suite } from './corpus.ts';

const names = (...all: string[]) => all.map((name) => ({ name }));

/** The schema that a caller is told is the one the caller may use. */
export const introspection: Suite = {
  title: 'questions about the schema',
  subgraphs: {
    one: {
      sdl: `
type Query { open: String me: Person vault: Vault @authenticated hits: [Hit] find(deep: Int @feature(flag: "deep"), by: Order): String }
type Person { id: ID! name: String email: String @authenticated salary: Int @requiresScopes(scopes: [["salary.read"]])
  pin: String @mfa(maxAge: 60) beta: String @feature(flag: "beta") }
type Vault @requiresScopes(scopes: [["vault.read"]]) { id: ID! }
union Hit = Person | Vault
enum Order { NAME TREND @feature(flag: "trend") }`,
      resolvers: {
        Query: { open: () => 'yes', me: () => ({ id: '1', name: 'Ada', email: 'e', salary: 1, pin: '2' }) },
        Hit: { __resolveType: () => 'Person' },
      },
    },
  },
  cases: [
    {
      name: 'nobody is told of fields that somebody else may use',
      operation: '{ __type(name: "Person") { fields { name } } }',
      data: { __type: { fields: names('id', 'name', 'pin') } },
    },
    {
      name: 'whoever signed in is told of what that opens',
      operation: '{ __type(name: "Person") { fields { name } } }',
      caller: {},
      data: { __type: { fields: names('id', 'name', 'email', 'pin') } },
    },
    {
      name: 'whoever has the scope is told of its fields',
      operation: '{ __type(name: "Person") { fields { name } } }',
      caller: { scope: 'salary.read' },
      data: { __type: { fields: names('id', 'name', 'email', 'salary', 'pin') } },
    },
    {
      name: 'a protected type is not told, nor are fields that return it',
      operation: '{ __type(name: "Vault") { name } __schema { queryType { fields { name } } } }',
      caller: {},
      data: { __type: null, __schema: { queryType: { fields: names('open', 'me', 'hits', 'find') } } },
    },
    {
      name: 'a protected type is told to those who may use it',
      operation: '{ __type(name: "Vault") { name } hit: __type(name: "Hit") { possibleTypes { name } } }',
      caller: { scope: 'vault.read' },
      data: { __type: { name: 'Vault' }, hit: { possibleTypes: names('Person', 'Vault') } },
    },
    {
      name: 'a protected member of a union is not told',
      operation: '{ __type(name: "Hit") { possibleTypes { name } } }',
      data: { __type: { possibleTypes: names('Person') } },
    },
    {
      name: 'hidden arguments and enum values are not told',
      operation:
        '{ __type(name: "Query") { fields { name args { name } } } by: __type(name: "Order") { enumValues { name } } }',
      data: {
        __type: {
          fields: [
            { name: 'open', args: [] },
            { name: 'me', args: [] },
            { name: 'hits', args: [] },
            { name: 'find', args: names('by') },
          ],
        },
        by: { enumValues: names('NAME') },
      },
    },
    {
      name: 'asking for the schema beside protected fields opens none',
      operation: '{ __schema { queryType { name } } me { name email } vault { id } }',
      data: { __schema: { queryType: { name: 'Query' } }, me: { name: 'Ada', email: null }, vault: null },
      errors: [signIn('me.email'), signIn('vault')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: 'asking for a type beside protected fields opens none',
      operation: '{ me { salary name } __type(name: "Vault") { name } t: __typename }',
      caller: {},
      data: { me: { salary: null, name: 'Ada' }, __type: null, t: 'Query' },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: 'the schema alone asks no subgraph',
      operation: '{ __schema { mutationType { name } } }',
      data: { __schema: { mutationType: null } },
    },
  ],
};
