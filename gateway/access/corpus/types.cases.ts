import { forbidden, signIn, stepUp, upsell, type Suite } from './corpus.ts';

const MONEY = { amount: 5 };
const CASE = { id: 'c1', title: 'Case', verdict: 'OPEN', cost: MONEY, costs: [MONEY, MONEY], at: '10:00' };

/** A rule on the root type closes every operation, and still tells its name. */
export const roots: Suite = {
  title: 'rules on the root type',
  subgraphs: {
    one: {
      sdl: 'type Query @authenticated { open: String }',
      resolvers: { Query: { open: () => 'yes' } },
    },
  },
  cases: [
    {
      name: 'every field of the root is denied, but not its name',
      operation: '{ __typename open kind: __typename }',
      data: { __typename: 'Query', open: null, kind: 'Query' },
      errors: [signIn('open')],
    },
    {
      name: 'the name alone asks for nothing',
      operation: '{ __typename }',
      data: { __typename: 'Query' },
    },
    {
      name: 'every field of the root opens with a sign-in',
      operation: '{ __typename open }',
      caller: {},
      data: { __typename: 'Query', open: 'yes' },
      sent: { one: ['{ open }'] },
    },
  ],
};

/** A rule on a type binds every field of that type, and everything below. */
export const types: Suite = {
  title: 'rules on types',
  subgraphs: {
    one: {
      sdl: `
type Query { file: File files: [File] budget: Money vote: Vote clock: Clock level: Level tip: Tip lab: Lab }
type File { id: ID! title: String verdict: Vote votes: [Vote] cost: Money costs: [Money!] at: Clock owned: Money @authenticated }
type Money @requiresScopes(scopes: [["money.read"]]) { amount: Int parts: [Money] audited: Int @mfa(maxAge: 10) }
type Tip @mfa(maxAge: 300) { text: String }
type Lab @feature(flag: "lab", mode: "upsell") { text: String }
enum Vote @authenticated { OPEN CLOSED }
enum Level @feature(flag: "levels", mode: "upsell") { LOW }
scalar Clock @requiresScopes(scopes: [["clock.read"]])`,
      resolvers: {
        Query: {
          file: () => CASE,
          files: () => [CASE, CASE],
          budget: () => MONEY,
          vote: () => 'OPEN',
          clock: () => '10:00',
          level: () => 'LOW',
          tip: () => ({ text: 't' }),
          lab: () => ({ text: 'l' }),
        },
      },
    },
  },
  cases: [
    {
      name: 'a field of a protected object type is denied',
      operation: '{ file { id cost { amount } } budget { amount } }',
      caller: {},
      data: { file: { id: 'c1', cost: null }, budget: null },
      errors: [forbidden('file.cost'), forbidden('budget')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a list of a protected object type is denied',
      operation: '{ file { costs { amount } id } }',
      caller: {},
      data: { file: { costs: null, id: 'c1' } },
      errors: [forbidden('file.costs')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a protected object type opens with its scope',
      operation: '{ file { id cost { amount } costs { amount } } budget { amount } }',
      caller: { scope: 'money.read' },
      data: {
        file: { id: 'c1', cost: { amount: 5 }, costs: [{ amount: 5 }, { amount: 5 }] },
        budget: { amount: 5 },
      },
      sent: { one: ['{ file { id cost { amount } costs { amount } } budget { amount } }'] },
    },
    {
      name: 'even the name of a protected object type is not for everybody',
      operation: '{ file { id cost { __typename } } }',
      caller: {},
      data: { file: { id: 'c1', cost: null } },
      errors: [forbidden('file.cost')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'the rule of the type and the rule of the field bind together',
      operation: '{ budget { amount audited } }',
      caller: { scope: 'money.read' },
      data: { budget: { amount: 5, audited: null } },
      errors: [stepUp('budget.audited', 10)],
      sent: { one: ['{ budget { amount } }'] },
    },
    {
      name: 'the rule of the field does not replace the rule of its type',
      operation: '{ file { id owned { amount } } }',
      caller: {},
      data: { file: { id: 'c1', owned: null } },
      errors: [forbidden('file.owned')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a field of a protected enum type is denied',
      operation: '{ file { id verdict votes } vote }',
      data: { file: { id: 'c1', verdict: null, votes: null }, vote: null },
      errors: [signIn('file.verdict'), signIn('file.votes'), signIn('vote')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a protected enum type opens with a sign-in',
      operation: '{ file { id verdict } vote }',
      caller: {},
      data: { file: { id: 'c1', verdict: 'OPEN' }, vote: 'OPEN' },
      sent: { one: ['{ file { id verdict } vote }'] },
    },
    {
      name: 'a field of a protected scalar is denied',
      operation: '{ file { id at } clock }',
      caller: { scope: 'money.read' },
      data: { file: { id: 'c1', at: null }, clock: null },
      errors: [forbidden('file.at'), forbidden('clock')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a protected scalar opens with its scope',
      operation: '{ file { at id } clock }',
      caller: { scope: 'clock.read' },
      data: { file: { at: '10:00', id: 'c1' }, clock: '10:00' },
      sent: { one: ['{ file { at id } clock }'] },
    },
    {
      name: '@mfa on an object type asks for a second factor at the field that returns it',
      operation: '{ file { id } tip { text } }',
      caller: {},
      data: { file: { id: 'c1' }, tip: null },
      errors: [stepUp('tip', 300)],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: '@feature with upsell on an object type and on an enum type closes their fields',
      operation: '{ lab { text } level file { id } }',
      caller: {},
      data: { lab: null, level: null, file: { id: 'c1' } },
      errors: [upsell('lab', 'lab'), upsell('level', 'levels')],
      sent: { one: ['{ file { id } }'] },
    },
    {
      name: 'a protected type in a list of open objects is told once',
      operation: '{ files { title cost { amount } } }',
      caller: {},
      data: {
        files: [
          { title: 'Case', cost: null },
          { title: 'Case', cost: null },
        ],
      },
      errors: [forbidden('files.cost', 'files')],
      sent: { one: ['{ files { title } }'] },
    },
  ],
};
