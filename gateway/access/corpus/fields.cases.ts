import { forbidden, signIn, stepUp, upsell, type Suite } from './corpus.ts';

const ADA = {
  id: '1',
  name: 'Ada',
  email: 'ada@example.org',
  salary: 9,
  pin: '1234',
  trend: 'up',
  note: 'n',
  boss: { id: '2', name: 'Bo', salary: 99, email: 'bo@example.org' },
};

const sdl = `
type Query {
  open: String
  me: Person
  vault: Vault @authenticated
  code: String @requiresScopes(scopes: [["code.read"]])
  find(id: ID): Person @requiresScopes(scopes: [["find.use"]])
}
type Person {
  id: ID!
  name: String
  email: String @authenticated
  salary: Int @requiresScopes(scopes: [["salary.read"]])
  pin: String @mfa(maxAge: 60)
  trend: String @feature(flag: "trends", mode: "upsell")
  note(text: String): String @requiresScopes(scopes: [["note.read"]])
  boss: Person @authenticated
}
type Vault { id: ID! }`;

const resolvers = {
  Query: {
    open: () => 'yes',
    me: () => ADA,
    vault: () => ({ id: 'v' }),
    code: () => 'c',
    find: () => ADA,
  },
};

/** Each rule on a field, and every way to write the field. */
export const fields: Suite = {
  title: 'rules on fields',
  subgraphs: { one: { sdl, resolvers } },
  cases: [
    {
      name: 'what nobody protects is open to everybody',
      operation: '{ open me { id name } }',
      data: { open: 'yes', me: { id: '1', name: 'Ada' } },
      sent: { one: ['{ open me { id name } }'] },
    },
    {
      name: '@authenticated closes a field to nobody in particular',
      operation: '{ me { name email } }',
      data: { me: { name: 'Ada', email: null } },
      errors: [signIn('me.email')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@authenticated opens a field to whoever signed in',
      operation: '{ me { name email } }',
      caller: {},
      data: { me: { name: 'Ada', email: 'ada@example.org' } },
      sent: { one: ['{ me { name email } }'] },
    },
    {
      name: '@requiresScopes asks nobody to sign in',
      operation: '{ me { salary name } }',
      data: { me: { salary: null, name: 'Ada' } },
      errors: [signIn('me.salary')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@requiresScopes forbids whoever signed in without the scope',
      operation: '{ me { salary name } }',
      caller: { scope: 'code.read' },
      data: { me: { salary: null, name: 'Ada' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@requiresScopes lets the scope in',
      operation: '{ me { salary name } }',
      caller: { scope: 'salary.read' },
      data: { me: { salary: 9, name: 'Ada' } },
      sent: { one: ['{ me { salary name } }'] },
    },
    {
      name: 'a scope is met by its whole name only',
      operation: '{ me { salary name } }',
      caller: { scope: 'salary salary.reader SALARY.READ salary.read.all' },
      data: { me: { salary: null, name: 'Ada' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@mfa asks for a second factor and says how fresh',
      operation: '{ me { name pin } }',
      caller: {},
      data: { me: { name: 'Ada', pin: null } },
      errors: [stepUp('me.pin', 60)],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@mfa asks nobody to sign in first',
      operation: '{ me { name pin } }',
      data: { me: { name: 'Ada', pin: null } },
      errors: [signIn('me.pin')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@feature with upsell names the feature that is missing',
      operation: '{ me { name trend } }',
      caller: {},
      data: { me: { name: 'Ada', trend: null } },
      errors: [upsell('me.trend', 'trends')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: '@feature with upsell tells nobody the same as somebody',
      operation: '{ me { name trend } }',
      data: { me: { name: 'Ada', trend: null } },
      errors: [upsell('me.trend', 'trends')],
      sent: { one: ['{ me { name } }'] },
    },
    {
      name: 'every rule of one selection is told by its own error',
      operation: '{ me { name email salary pin trend } }',
      caller: {},
      data: { me: { name: 'Ada', email: 'ada@example.org', salary: null, pin: null, trend: null } },
      errors: [forbidden('me.salary'), stepUp('me.pin', 60), upsell('me.trend', 'trends')],
      sent: { one: ['{ me { name email } }'] },
    },
    {
      name: 'a denied root field leaves the others alone',
      operation: '{ code open }',
      caller: {},
      data: { code: null, open: 'yes' },
      errors: [forbidden('code')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'nothing below a denied field is told or asked',
      operation: '{ open vault { id } me { id boss { salary boss { email } } } }',
      data: { open: 'yes', vault: null, me: { id: '1', boss: null } },
      errors: [signIn('vault'), signIn('me.boss')],
      sent: { one: ['{ open me { id } }'] },
    },
    {
      name: 'a field is protected at every depth',
      operation: '{ me { name boss { name salary boss { id } } salary } }',
      caller: {},
      data: { me: { name: 'Ada', boss: { name: 'Bo', salary: null, boss: null }, salary: null } },
      errors: [forbidden('me.boss.salary'), forbidden('me.salary')],
      sent: { one: ['{ me { name boss { name boss { id } } } }'] },
    },
  ],
};

/** Writing a field in another way changes nothing about its rule. */
export const spellings: Suite = {
  title: 'ways to write a protected field',
  subgraphs: { one: { sdl, resolvers } },
  cases: [
    {
      name: 'an alias does not open a field',
      operation: '{ me { name: salary id } }',
      caller: {},
      data: { me: { name: null, id: '1' } },
      errors: [forbidden('me.name')],
      sent: { one: ['{ me { id } }'] },
    },
    {
      name: 'an alias does not open a root field',
      operation: '{ user1: find(id: 1) { id } user2: find(id: 2) { id } open }',
      caller: {},
      data: { user1: null, user2: null, open: 'yes' },
      errors: [forbidden('user1'), forbidden('user2')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an open field may carry the name of a protected one',
      operation: '{ me { salary: id email: name } }',
      data: { me: { salary: '1', email: 'Ada' } },
      sent: { one: ['{ me { salary: id email: name } }'] },
    },
    {
      name: 'each alias of a denied field is told once',
      operation: '{ me { id a: salary b: salary a: salary } }',
      caller: {},
      data: { me: { id: '1', a: null, b: null } },
      errors: [forbidden('me.a'), forbidden('me.b')],
      sent: { one: ['{ me { id } }'] },
    },
    {
      name: 'a denied field written twice is told once',
      operation: '{ me { salary id salary } }',
      caller: {},
      data: { me: { salary: null, id: '1' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { id } }'] },
    },
    {
      name: 'an object asked for twice keeps the denied field of either in its place',
      operation: '{ me { salary } open me { id } }',
      caller: {},
      data: { me: { salary: null, id: '1' }, open: 'yes' },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ open me { id } }'] },
    },
    {
      name: 'an inline fragment does not open a field',
      operation: '{ me { ... { ... on Person { salary } } id } }',
      caller: {},
      data: { me: { salary: null, id: '1' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { id } }'] },
    },
    {
      name: 'a named fragment does not open a field',
      operation: '{ me { ...A } } fragment A on Person { ...B id } fragment B on Person { salary }',
      caller: {},
      data: { me: { salary: null, id: '1' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { id } }'] },
    },
    {
      name: 'a fragment used in two places is judged in each',
      operation: '{ me { ...A boss { ...A } } } fragment A on Person { salary id }',
      caller: {},
      data: { me: { salary: null, id: '1', boss: { salary: null, id: '2' } } },
      errors: [forbidden('me.salary'), forbidden('me.boss.salary')],
      sent: { one: ['{ me { id boss { id } } }'] },
    },
    {
      name: 'a fragment that only holds denied fields goes with them',
      operation: '{ open me { id ...A } } fragment A on Person { salary note(text: "x") }',
      caller: {},
      data: { open: 'yes', me: { id: '1', salary: null, note: null } },
      errors: [forbidden('me.salary'), forbidden('me.note')],
      sent: { one: ['{ open me { id } }'] },
    },
    {
      name: 'a variable that only a denied field used goes with it',
      operation: 'query Q($text: String!) { me { id note(text: $text) } }',
      variables: { text: 'secret words' },
      caller: {},
      data: { me: { id: '1', note: null } },
      errors: [forbidden('me.note')],
      sent: { one: ['query Q__one__0 { me { id } }'] },
    },
    {
      name: 'a variable that an open field uses too stays',
      operation: 'query Q($id: ID, $on: Boolean!) { find(id: $id) { id } me { id @include(if: $on) } }',
      variables: { id: '7', on: true },
      caller: {},
      data: { find: null, me: { id: '1' } },
      errors: [forbidden('find')],
      sent: { one: ['query Q__one__0($on: Boolean!) { me { id @include(if: $on) } }'] },
    },
    {
      name: '__typename beside a denied field stays',
      operation: '{ __typename me { __typename salary } }',
      caller: {},
      data: { __typename: 'Query', me: { __typename: 'Person', salary: null } },
      errors: [forbidden('me.salary')],
      sent: { one: ['{ me { __typename } }'] },
    },
    {
      name: 'of several operations the one that runs is judged',
      operation: 'query A { me { salary id } } query B { open }',
      operationName: 'B',
      data: { open: 'yes' },
      sent: { one: ['query B__one__0 { open }'] },
    },
    {
      name: 'another operation of the document opens nothing',
      operation: 'query A { me { salary id } } query B { open }',
      operationName: 'A',
      caller: {},
      data: { me: { salary: null, id: '1' } },
      errors: [forbidden('me.salary')],
      sent: { one: ['query A__one__0 { me { id } }'] },
    },
  ],
};
