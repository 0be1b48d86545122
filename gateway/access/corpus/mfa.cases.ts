import { forbidden, signIn, stepUp, type Case, type Claims, type Denied, type Suite } from './corpus.ts';

const DAY = 86_400;
const challenge = (age?: number): string =>
  'Bearer error="insufficient_user_authentication", ' +
  `error_description="Confirm with your second factor to do this."${age === undefined ? '' : `, max_age=${age}`}`;

const sdl = `
type Query { open: String pin: Pin old: String @mfa hour: String @mfa(maxAge: 3600) minute: String @mfa(maxAge: 60)
  both: String @mfa(maxAge: 60) @requiresScopes(scopes: [["both.read"]]) must: String! @mfa(maxAge: 30) closed: String @requiresScopes(scopes: [["closed.read"]]) }
type Pin @mfa(maxAge: 600) { id: ID }
type Mutation { pay: Int @mfa(maxAge: 60) fire: Int @mfa free: Int hire: Int @requiresScopes(scopes: [["staff.write"]]) }`;
const text = () => 'x';
const subgraphs: Suite['subgraphs'] = {
  one: {
    sdl,
    resolvers: {
      Query: {
        open: () => 'yes',
        old: text,
        hour: text,
        minute: text,
        both: text,
        must: text,
        closed: text,
        pin: () => ({ id: 1 }),
      },
      Mutation: { pay: () => 1, fire: () => 2, free: () => 3, hire: () => 4 },
    },
  },
};

const OLD = stepUp('old');
const HOUR = stepUp('hour', 3600);
const MINUTE = stepUp('minute', 60);

/** A case over the three fields whose second factors may be of any age, an hour and a minute old. */
function ages(name: string, caller: Claims, errors: readonly Denied[]): Case {
  const fields = ['old', 'hour', 'minute'];
  const open = fields.filter((field) => !errors.some(({ at }) => at === field));
  return {
    name,
    operation: '{ open old hour minute }',
    caller,
    data: {
      open: 'yes',
      ...Object.fromEntries(fields.map((field) => [field, open.includes(field) ? 'x' : null])),
    },
    errors,
    sent: { one: [`{ ${['open', ...open].join(' ')} }`] },
  };
}

/** Which tokens prove a second factor, and how fresh it must be. */
export const mfa: Suite = {
  title: 'second factors',
  subgraphs,
  cases: [
    ages('a token without a second factor', {}, [OLD, HOUR, MINUTE]),
    ages('a sign-in alone is no second factor', { authAgo: 5 }, [OLD, HOUR, MINUTE]),
    ages('a password is no second factor', { authAgo: 5, amr: ['pwd'] }, [OLD, HOUR, MINUTE]),
    ages('a method without a time is no second factor', { amr: ['otp'] }, [OLD, HOUR, MINUTE]),
    ages('mfa_at of just now', { mfaAgo: 5 }, []),
    ages('mfa_at of half an hour ago', { mfaAgo: 1800 }, [MINUTE]),
    ages('mfa_at of yesterday', { mfaAgo: DAY }, [HOUR, MINUTE]),
    ages('mfa_at of the future', { mfaAgo: -DAY }, [OLD, HOUR, MINUTE]),
    ages('mfa_at counts, not auth_time', { mfaAgo: 1800, authAgo: 5, amr: ['otp'] }, [MINUTE]),
    ages('auth_time with otp', { authAgo: 5, amr: ['pwd', 'otp'] }, []),
    ages('auth_time with a security key', { authAgo: 1800, amr: ['hwk'] }, [MINUTE]),
    ages('auth_time with a software key', { authAgo: 5, amr: ['swk'] }, []),
    ages('auth_time with a smart card', { authAgo: 5, amr: ['sc'] }, []),
    ages('auth_time with a fingerprint', { authAgo: DAY, amr: ['fpt'] }, [HOUR, MINUTE]),
    ages('auth_time with mfa', { authAgo: 5, amr: ['mfa'] }, []),
    {
      name: 'a rule about another matter is told before the second factor',
      operation: '{ open both }',
      caller: {},
      data: { open: 'yes', both: null },
      errors: [forbidden('both')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'the second factor is told when it is all that is missing',
      operation: '{ open both }',
      caller: { scope: 'both.read' },
      data: { open: 'yes', both: null },
      errors: [stepUp('both', 60)],
      sent: { one: ['{ open }'] },
    },
  ],
};

/** When the whole answer is that a second factor is missing, HTTP says so. */
export const challenges: Suite = {
  title: 'the step-up challenge',
  subgraphs,
  cases: [
    {
      name: 'a query of nothing but such fields is challenged, with the youngest age',
      operation: '{ hour minute }',
      caller: {},
      status: 401,
      challenge: challenge(60),
      errors: [stepUp('hour', 3600), stepUp('minute', 60)],
    },
    {
      name: 'a challenge for any second factor names no age',
      operation: '{ old }',
      caller: {},
      status: 401,
      challenge: challenge(),
      errors: [OLD],
    },
    {
      name: 'a protected type is challenged too',
      operation: '{ a: pin { id } }',
      caller: { mfaAgo: 1800 },
      status: 401,
      challenge: challenge(600),
      errors: [stepUp('a', 600)],
    },
    {
      name: 'an open field beside it is answered instead',
      operation: '{ open minute }',
      caller: {},
      data: { open: 'yes', minute: null },
      errors: [MINUTE],
      sent: { one: ['{ open }'] },
    },
    {
      name: '__typename beside it is answered instead',
      operation: '{ __typename minute }',
      caller: {},
      data: { __typename: 'Query', minute: null },
      errors: [MINUTE],
    },
    {
      name: 'another reason beside it is no challenge',
      operation: '{ minute closed }',
      caller: {},
      data: { minute: null, closed: null },
      errors: [MINUTE, forbidden('closed')],
    },
    {
      name: 'nobody is asked to sign in and not challenged',
      operation: '{ minute }',
      data: { minute: null },
      errors: [signIn('minute')],
    },
    {
      name: 'a field that a variable leaves out does not count',
      operation: 'query Q($on: Boolean!) { open @include(if: $on) minute }',
      variables: { on: false },
      caller: {},
      status: 401,
      challenge: challenge(60),
      errors: [MINUTE],
    },
    {
      name: 'a field that is left out is not challenged',
      operation: 'query Q($on: Boolean!) { minute @include(if: $on) hour }',
      variables: { on: false },
      caller: { mfaAgo: 1800 },
      data: { hour: 'x' },
      sent: { one: ['query Q__one__0 { hour }'] },
    },
    {
      name: 'a mutation that lacks a second factor is challenged',
      operation: 'mutation { free pay }',
      caller: {},
      status: 401,
      challenge: challenge(60),
      errors: [stepUp('pay', 60)],
    },
    {
      name: 'a mutation that lacks a scope is not challenged',
      operation: 'mutation { free hire }',
      caller: {},
      status: 403,
      errors: [forbidden('hire')],
    },
    {
      name: 'a mutation that lacks more than a second factor is not challenged',
      operation: 'mutation { pay hire }',
      caller: {},
      status: 403,
      errors: [stepUp('pay', 60), forbidden('hire')],
    },
    {
      name: 'a mutation with a fresh second factor runs',
      operation: 'mutation { pay fire }',
      caller: { mfaAgo: 1 },
      data: { pay: 1, fire: 2 },
      sent: { one: ['mutation { pay fire }'] },
    },
  ],
};
