import { forbidden, signIn, type Suite } from './corpus.ts';

/** `@policy` is decided by expressions over the claims of the token. */
export const policies: Suite = {
  title: 'policies',
  subgraphs: {
    one: {
      sdl: `
type Query {
  open: String
  mine: String @policy(policies: [["is-owner"]])
  staff: Staff
  pair: String @policy(policies: [["is-owner", "in-group"], ["met-by-all"]])
  both: String @policy(policies: [["is-owner", "in-group"]])
  unknown: String @policy(policies: [["nobody-knows-this"]])
  never: String @policy(policies: [["met-by-nobody"]])
  always: String @policy(policies: [["met-by-all"]])
  broken: String @policy(policies: [["fails"]]) }
type Staff @policy(policies: [["in-group"]]) { id: ID }`,
      resolvers: {
        Query: {
          open: () => 'yes',
          mine: () => 'm',
          staff: () => ({ id: 's' }),
          pair: () => 'p',
          both: () => 'b',
          unknown: () => 'u',
          never: () => 'n',
          always: () => 'a',
          broken: () => 'x',
        },
      },
    },
  },
  policies: {
    'is-owner': "claims.sub == 'owner' || 'is-owner' in claims.policies",
    'in-group': "'in-group' in claims.policies",
    'met-by-all': true,
    'met-by-nobody': false,
    fails: "claims.missing.further == 'x'",
  },
  cases: [
    {
      name: 'an expression over the claims opens a field',
      operation: '{ open mine }',
      caller: { sub: 'owner', policies: [] },
      data: { open: 'yes', mine: 'm' },
      sent: { one: ['{ open mine }'] },
    },
    {
      name: 'an expression that is false closes it',
      operation: '{ open mine }',
      caller: { sub: 'other', policies: [] },
      data: { open: 'yes', mine: null },
      errors: [forbidden('mine')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'nobody is asked to sign in',
      operation: '{ open mine staff { id } }',
      data: { open: 'yes', mine: null, staff: null },
      errors: [signIn('mine'), signIn('staff')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an expression over a claim that is not there closes it',
      operation: '{ open staff { id } }',
      caller: {},
      data: { open: 'yes', staff: null },
      errors: [forbidden('staff')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a policy on a type opens it',
      operation: '{ open staff { id } }',
      caller: { policies: ['in-group'] },
      data: { open: 'yes', staff: { id: 's' } },
      sent: { one: ['{ open staff { id } }'] },
    },
    {
      name: 'one of a pair is not enough',
      operation: '{ open both }',
      caller: { policies: ['in-group'] },
      data: { open: 'yes', both: null },
      errors: [forbidden('both')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'the pair is',
      operation: '{ open both }',
      caller: { policies: ['in-group', 'is-owner'] },
      data: { open: 'yes', both: 'b' },
      sent: { one: ['{ open both }'] },
    },
    {
      name: 'a policy that is always met needs no caller',
      operation: '{ pair always }',
      data: { pair: 'p', always: 'a' },
      sent: { one: ['{ pair always }'] },
    },
    {
      name: 'a policy that nobody wrote, is false or fails is not met',
      unmet: true,
      operation: '{ open unknown never broken }',
      caller: { policies: ['nobody-knows-this', 'met-by-nobody', 'fails'] },
      data: { open: 'yes', unknown: null, never: null, broken: null },
      errors: [forbidden('unknown'), forbidden('never'), forbidden('broken')],
      sent: { one: ['{ open }'] },
    },
  ],
};
