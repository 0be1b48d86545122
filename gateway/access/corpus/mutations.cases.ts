import { forbidden, signIn, stepUp, type Suite } from './corpus.ts';

const NOTE = { id: 'n', text: 't', secret: 's', must: 'm' };

const subgraphs: Suite['subgraphs'] = {
  one: {
    sdl: `
type Query { open: String closed: String @authenticated rich: Note }
type Mutation {
  add(text: String): Note
  sure: Note!
  remove: Boolean @authenticated
  wipe: Boolean @requiresScopes(scopes: [["wipe.all"]])
  pay: Int @mfa(maxAge: 60)
  hide: Vault }
type Note { id: ID! text: String secret: String @requiresScopes(scopes: [["secret.read"]]) must: String! @authenticated }
type Vault @requiresScopes(scopes: [["vault.use"]]) { id: ID! }`,
    resolvers: {
      Query: { open: () => 'yes', closed: () => 'c', rich: () => NOTE },
      Mutation: {
        add: (_: unknown, { text = 't' }: { text?: string }) => ({ ...NOTE, text }),
        sure: () => NOTE,
        remove: () => true,
        wipe: () => true,
        pay: () => 1,
        hide: () => ({ id: 'v' }),
      },
    },
  },
};

/** A mutation runs as it was written or not at all. */
export const mutations: Suite = {
  title: 'mutations',
  subgraphs,
  cases: [
    {
      name: 'an open mutation runs for everybody',
      operation: 'mutation { add(text: "x") { id text } }',
      data: { add: { id: 'n', text: 'x' } },
      sent: { one: ['mutation { add(text: "x") { id text } }'] },
    },
    {
      name: 'one denied mutation keeps its siblings from running',
      operation: 'mutation { add { id } wipe }',
      caller: {},
      status: 403,
      errors: [forbidden('wipe')],
    },
    {
      name: 'nobody is asked to sign in before anything runs',
      operation: 'mutation { add { id } remove }',
      status: 401,
      challenge: 'Bearer',
      errors: [signIn('remove')],
    },
    {
      name: 'every denied mutation is told',
      operation: 'mutation { a: wipe add { id } b: wipe hide { id } }',
      caller: {},
      status: 403,
      errors: [forbidden('a'), forbidden('b'), forbidden('hide')],
    },
    {
      name: 'an alias or a fragment lets no mutation through',
      operation: 'mutation { ...M } fragment M on Mutation { add { id } ... { add2: wipe } }',
      caller: {},
      status: 403,
      errors: [forbidden('add2')],
    },
    {
      name: 'a denied field of the answer does not keep the mutation from running',
      operation: 'mutation { add { id secret } }',
      caller: {},
      data: { add: { id: 'n', secret: null } },
      errors: [forbidden('add.secret')],
      sent: { one: ['mutation { add { id } }'] },
    },
    {
      name: 'a mutation runs though nothing of its answer is left',
      operation: 'mutation { add { secret } }',
      caller: {},
      data: { add: { secret: null } },
      errors: [forbidden('add.secret')],
      sent: { one: ['mutation { add { _type: __typename } }'] },
    },
    {
      name: 'a mutation runs though null takes its answer',
      operation: 'mutation { sure { id must } }',
      data: null,
      errors: [signIn('sure.must')],
      sent: { one: ['mutation { sure { id } }'] },
    },
    {
      name: 'a denied mutation that a variable leaves out keeps nothing from running',
      operation: 'mutation M($on: Boolean!) { add { id } wipe @include(if: $on) }',
      variables: { on: false },
      caller: {},
      data: { add: { id: 'n' } },
      sent: { one: ['mutation M__one__0 { add { id } }'] },
    },
    {
      name: 'and keeps everything from running when it is left in',
      operation: 'mutation M($on: Boolean!) { add { id } wipe @include(if: $on) }',
      variables: { on: true },
      caller: {},
      status: 403,
      errors: [forbidden('wipe')],
    },
    {
      name: 'queries of the same gateway are filtered',
      operation: '{ open closed }',
      data: { open: 'yes', closed: null },
      errors: [signIn('closed')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'whoever may runs all of them in order',
      operation: 'mutation { remove wipe pay hide { id } add { secret } }',
      caller: { scope: 'wipe.all vault.use secret.read', mfaAgo: 1 },
      data: { remove: true, wipe: true, pay: 1, hide: { id: 'v' }, add: { secret: 's' } },
      sent: { one: ['mutation { remove wipe pay hide { id } add { secret } }'] },
    },
  ],
};

/** `--unauthorized filter`: what is allowed runs. */
export const filtering: Suite = {
  title: 'mutations with --unauthorized filter',
  subgraphs,
  args: ['--unauthorized', 'filter'],
  cases: [
    {
      name: 'a denied mutation is null and the others run',
      operation: 'mutation { add { id } wipe }',
      caller: {},
      data: { add: { id: 'n' }, wipe: null },
      errors: [forbidden('wipe')],
      sent: { one: ['mutation { add { id } }'] },
    },
    {
      name: 'denied mutations alone run nothing',
      operation: 'mutation { wipe hide { id } }',
      caller: {},
      data: { wipe: null, hide: null },
      errors: [forbidden('wipe'), forbidden('hide')],
    },
    {
      name: 'queries are filtered as ever',
      operation: '{ open closed }',
      data: { open: 'yes', closed: null },
      errors: [signIn('closed')],
      sent: { one: ['{ open }'] },
    },
  ],
};

/** `--unauthorized reject`: all or nothing, queries too. */
export const rejecting: Suite = {
  title: 'operations with --unauthorized reject',
  subgraphs,
  args: ['--unauthorized', 'reject'],
  cases: [
    {
      name: 'a query with a denied field is refused as a whole',
      operation: '{ open closed rich { id secret } }',
      status: 401,
      challenge: 'Bearer',
      errors: [signIn('closed'), signIn('rich.secret', 'rich')],
    },
    {
      name: 'whoever signed in is told what is left',
      operation: '{ open closed rich { id secret } }',
      caller: {},
      status: 403,
      errors: [forbidden('rich.secret', 'rich')],
    },
    {
      name: 'a mutation is refused for a denied field of its answer',
      operation: 'mutation { add { id secret } }',
      caller: {},
      status: 403,
      errors: [forbidden('add.secret', 'add')],
    },
    {
      name: 'a mutation that lacks a second factor is challenged',
      operation: 'mutation { add { id } pay }',
      caller: {},
      status: 401,
      challenge:
        'Bearer error="insufficient_user_authentication", error_description="Confirm with your second factor to do this.", max_age=60',
      errors: [stepUp('pay', 60)],
    },
    {
      name: 'a denied field that a variable leaves out refuses nothing',
      operation: 'query Q($on: Boolean!) { open closed @include(if: $on) }',
      variables: { on: false },
      data: { open: 'yes' },
      sent: { one: ['query Q__one__0 { open }'] },
    },
    {
      name: 'what is allowed as a whole runs',
      operation: '{ open closed rich { id } }',
      caller: {},
      data: { open: 'yes', closed: 'c', rich: { id: 'n' } },
      sent: { one: ['{ open closed rich { id } }'] },
    },
  ],
};
