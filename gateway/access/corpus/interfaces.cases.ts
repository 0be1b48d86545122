import { forbidden, signIn, stepUp, type Suite } from './corpus.ts';

const THINGS = [
  { __typename: 'Public', id: 'p', size: 1, note: 'free', more: { a: 1, b: 2, c: 3 } },
  { __typename: 'Secret', id: 's', size: 2, note: 'hush', plan: 'x' },
];
const resolveType = ({ __typename: type }: { __typename: string }) => type;

const resolvers = {
  Query: {
    things: () => THINGS,
    thing: () => THINGS[1],
    free: () => THINGS[0],
    sized: () => THINGS,
    must: () => THINGS,
    badge: () => ({ __typename: 'Badge', id: 'b' }),
    coded: () => ({ __typename: 'Badge', id: 'b', code: 'c' }),
  },
  Thing: { __resolveType: resolveType },
  Sized: { __resolveType: resolveType },
  Marked: { __resolveType: resolveType },
  Coded: { __resolveType: resolveType },
};

const sdl = `
type Query { things: [Thing] thing: Thing free: Public sized: [Sized] must: [Thing!]! badge: Marked coded: Coded }
interface Thing { id: ID! note: String more: Extra }
type Extra { a: Int! b: Int! c: Int @requiresScopes(scopes: [["extra.read"]]) }
interface Sized { size: Int }
type Public implements Thing & Sized { id: ID! size: Int note: String @authenticated more: Extra }
type Secret implements Thing & Sized @requiresScopes(scopes: [["secret.read"]]) {
  id: ID! size: Int note: String @requiresScopes(scopes: [["note.read"]]) plan: String more: Extra @requiresScopes(scopes: [["more.read"]]) }
interface Marked @mfa(maxAge: 30) { id: ID! }
type Badge implements Marked & Coded { id: ID! code: String }
interface Coded { code: String @mfa(maxAge: 20) }`;

const subgraphs: Suite['subgraphs'] = { one: { sdl, resolvers } };

/** Types of one interface with rules of their own. */
export const interfaces: Suite = {
  title: 'rules behind interfaces',
  subgraphs,
  cases: [
    {
      name: 'a field of the interface needs what every type behind it needs',
      operation: '{ things { id } free { id } }',
      caller: {},
      data: { things: null, free: { id: 'p' } },
      errors: [forbidden('things.id', 'things')],
      sent: { one: ['{ free { id } }'] },
    },
    {
      name: 'a field of the interface opens when all of them open',
      operation: '{ things { id } }',
      caller: { scope: 'secret.read' },
      data: { things: [{ id: 'p' }, { id: 's' }] },
      sent: { one: ['{ things { __typename id } }'] },
    },
    {
      name: 'the open type is open through the interface',
      operation: '{ things { ... on Public { id } } }',
      data: { things: [{ id: 'p' }, {}] },
      sent: { one: ['{ things { __typename ... on Public { id } } }'] },
    },
    {
      name: 'the protected type stays closed through the interface',
      operation: '{ free { id } things { ... on Secret { id plan } } }',
      caller: {},
      data: { free: { id: 'p' }, things: null },
      errors: [forbidden('things.id', 'things'), forbidden('things.plan', 'things')],
      sent: { one: ['{ free { id } }'] },
    },
    {
      name: 'a named fragment on the protected type stays closed too',
      operation: '{ things { ... on Public { size } ...S } } fragment S on Secret { size }',
      caller: {},
      data: { things: [{ size: 1 }, { size: null }] },
      errors: [forbidden('things.size', 'things')],
      sent: { one: ['{ things { __typename ... on Public { size } _type: __typename } }'] },
    },
    {
      name: 'another interface is no way around',
      operation:
        '{ things { ... on Sized { size } ... on Public { id } } sized { ... on Thing { id } ... on Public { size } } }',
      caller: {},
      data: {
        things: [{ size: null, id: 'p' }, { size: null }],
        sized: [null, null],
      },
      errors: [forbidden('things.size', 'things'), forbidden('sized.id', 'sized')],
      sent: {
        one: [
          '{ things { __typename ... on Public { id } _type: __typename } sized { __typename ... on Public { size } _type: __typename } }',
        ],
      },
    },
    {
      name: 'rules that differ between the types bind together',
      operation: '{ things { note ... on Public { id } } }',
      caller: { scope: 'secret.read' },
      data: { things: [{ note: null, id: 'p' }, { note: null }] },
      errors: [forbidden('things.note', 'things')],
      sent: { one: ['{ things { __typename ... on Public { id } _type: __typename } }'] },
    },
    {
      name: 'a field that only one of the types protects is closed through the interface',
      operation: '{ things { note ... on Public { id } } }',
      data: { things: [{ note: null, id: 'p' }, { note: null }] },
      errors: [signIn('things.note', 'things')],
      sent: { one: ['{ things { __typename ... on Public { id } _type: __typename } }'] },
    },
    {
      name: 'a field that is denied for one type keeps its value for the other',
      operation: '{ things { ... on Public { note } ... on Secret { note } } }',
      caller: {},
      data: { things: [{ note: 'free' }, { note: null }] },
      errors: [forbidden('things.note', 'things')],
      sent: { one: ['{ things { __typename ... on Public { note } _type: __typename } }'] },
    },
    {
      name: 'one name for different fields of different types is judged for each',
      operation: '{ things { ... on Public { v: note } ... on Secret { v: plan } } }',
      data: { things: null },
      errors: [signIn('things.v', 'things'), signIn('things.v', 'things')],
    },
    {
      name: 'what the interface denies stays where a fragment opens it',
      operation: '{ things { size: id ... on Public { size: id } } }',
      caller: {},
      data: { things: [{ size: 'p' }, null] },
      errors: [forbidden('things.size', 'things')],
      sent: { one: ['{ things { __typename ... on Public { size: id } _type: __typename } }'] },
    },
    {
      name: 'what a denied occurrence asks for below is nothing to the allowed one',
      operation: '{ things { more { b } ... on Public { more { a c } } } }',
      caller: { scope: 'secret.read' },
      data: { things: [{ more: { a: 1, c: null } }, { more: null }] },
      errors: [forbidden('things.more', 'things'), forbidden('things.more.c', 'things')],
      sent: { one: ['{ things { __typename ... on Public { more { a } } _type: __typename } }'] },
    },
    {
      name: 'a denied field of another type than the object’s is told at the object',
      operation: '{ thing { ... on Public { note id } } }',
      data: { thing: {} },
      errors: [signIn('thing.note', 'thing')],
      sent: { one: ['{ thing { __typename ... on Public { id } _type: __typename } }'] },
    },
    {
      name: 'a fragment on what the object cannot be is not there to be denied',
      operation: '{ free { id ... on Thing { ... on Secret { plan more { c } } } } }',
      data: { free: { id: 'p' } },
      sent: { one: ['{ free { id } }'] },
    },
    {
      name: 'an object that is asked only for what it cannot be is there',
      operation: '{ free { ... on Thing { ... on Secret { plan more { c } } } } }',
      data: { free: {} },
      sent: { one: ['{ free { _type: __typename } }'] },
    },
    {
      name: 'a single object behind an interface is nobody’s business either',
      operation: '{ thing { ... on Secret { plan } ... on Public { id } } }',
      caller: {},
      data: { thing: { plan: null } },
      errors: [forbidden('thing.plan')],
      sent: { one: ['{ thing { __typename ... on Public { id } _type: __typename } }'] },
    },
    {
      name: 'the rule of the interface itself binds the field that returns it',
      operation: '{ free { id } badge { ... on Badge { id } } }',
      caller: {},
      data: { free: { id: 'p' }, badge: null },
      errors: [stepUp('badge', 30)],
      sent: { one: ['{ free { id } }'] },
    },
    {
      name: 'the rule of a field of the interface itself binds whoever selects it there',
      operation: '{ free { id } coded { code } }',
      caller: {},
      data: { free: { id: 'p' }, coded: null },
      errors: [stepUp('coded.code', 20, 'coded')],
      sent: { one: ['{ free { id } }'] },
    },
    {
      name: 'and nobody who selects the open field of its type',
      operation: '{ coded { ... on Badge { code } } }',
      data: { coded: { code: 'c' } },
      sent: { one: ['{ coded { __typename ... on Badge { code } } }'] },
    },
    {
      name: 'the rule of the interface itself can be met',
      operation: '{ badge { id } }',
      caller: { mfaAgo: 5 },
      data: { badge: { id: 'b' } },
      sent: { one: ['{ badge { __typename id } }'] },
    },
  ],
};

/** `__typename` of an object behind an interface or a union tells that the object is there. */
export const typenames: Suite = {
  title: '__typename behind interfaces',
  subgraphs,
  cases: [
    {
      name: 'an object of a protected type is null where its name is asked',
      operation: '{ things { __typename } }',
      caller: {},
      data: { things: [{ __typename: 'Public' }, null] },
      errors: [forbidden('things.__typename', 'things')],
      sent: { one: ['{ things { __typename _type: __typename } }'] },
    },
    {
      name: 'an alias does not tell the name of a protected type',
      operation: '{ things { kind: __typename ... on Public { id } } }',
      caller: {},
      data: { things: [{ kind: 'Public', id: 'p' }, null] },
      errors: [forbidden('things.kind', 'things')],
      sent: { one: ['{ things { __typename kind: __typename ... on Public { id } _type: __typename } }'] },
    },
    {
      name: 'a list that may hold no null is null with the object',
      operation: '{ free { id } must { __typename } }',
      caller: {},
      data: null,
      errors: [forbidden('must.__typename', 'must')],
      sent: { one: ['{ free { id } must { __typename _type: __typename } }'] },
    },
    {
      name: 'a single protected object is null where its name is asked',
      operation: '{ thing { __typename } free { id } }',
      data: { thing: null, free: { id: 'p' } },
      errors: [signIn('thing.__typename')],
      sent: { one: ['{ thing { __typename _type: __typename } free { id } }'] },
    },
    {
      name: 'whoever may see all types sees all names',
      operation: '{ things { __typename } thing { name: __typename } }',
      caller: { scope: 'secret.read' },
      data: { things: [{ __typename: 'Public' }, { __typename: 'Secret' }], thing: { name: 'Secret' } },
      sent: { one: ['{ things { __typename } thing { __typename name: __typename } }'] },
    },
  ],
};
