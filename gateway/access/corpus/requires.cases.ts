import { forbidden, signIn, stepUp, upsell, type Suite } from './corpus.ts';

const REPRESENTED = '($representations: [_Any!]!) { _entities(representations: $representations)';
const WARE = { id: 'w', weight: 2, secret: 's', size: { width: 3, depth: 4 }, extra: 'x' };
type Ware = Partial<typeof WARE>;

/** A field that is computed from protected ones tells of them, so it is protected as they are. */
export const required: Suite = {
  title: 'fields that require protected ones',
  subgraphs: {
    goods: {
      sdl: `
type Query { ware: Ware }
type Ware @key(fields: "id") { id: ID! weight: Int @mfa(maxAge: 60) secret: String @requiresScopes(scopes: [["secret.read"]]) size: Size extra: String @feature(flag: "extra", mode: "upsell") }
type Size { width: Int @mfa(maxAge: 10) depth: Int }`,
      resolvers: { Query: { ware: () => WARE }, Ware: { __resolveReference: () => WARE } },
    },
    cargo: {
      sdl: `
type Ware @key(fields: "id") { id: ID!
  weight: Int @external  secret: String @external  size: Size @external  extra: String @external
  price: Int @requires(fields: "weight")
  hash: String @requires(fields: "secret") @requiresScopes(scopes: [["secret.read"]])
  area: Int @requires(fields: "size { width depth }")
  deep: Int @requires(fields: "size { depth }")
  gift: String @requires(fields: "extra")
  free: Int }
type Size { width: Int @external depth: Int @external }`,
      resolvers: {
        Ware: {
          __resolveReference: (ware: Ware) => ware,
          price: ({ weight }: Ware) => (weight ?? 0) * 10,
          hash: ({ secret }: Ware) => `#${secret}`,
          area: ({ size }: Ware) => (size?.width ?? 0) * (size?.depth ?? 0),
          deep: ({ size }: Ware) => size?.depth,
          gift: ({ extra }: Ware) => extra,
          free: () => 1,
        },
      },
    },
    fleet: {
      sdl: `
type Ware @key(fields: "id") { id: ID! price: Int @external toll: Int @requires(fields: "price") }`,
      resolvers: {
        Ware: {
          __resolveReference: (ware: Ware) => ware,
          toll: ({ price }: { price?: number }) => (price ?? 0) + 1,
        },
      },
    },
  },
  cases: [
    {
      name: 'an open field beside them is fetched without them',
      operation: '{ ware { free } }',
      data: { ware: { free: 1 } },
      sent: {
        goods: ['{ ware { __typename id } }'],
        cargo: [`query ${REPRESENTED} { ... on Ware { free } } }`],
      },
    },
    {
      name: 'a field that requires a protected one is denied for its reason',
      operation: '{ ware { id price } }',
      caller: {},
      data: { ware: { id: 'w', price: null } },
      errors: [stepUp('ware.price', 60)],
      sent: { goods: ['{ ware { id } }'] },
    },
    {
      name: 'a field that requires a protected one opens with it',
      operation: '{ ware { price } }',
      caller: { mfaAgo: 5 },
      data: { ware: { price: 20 } },
      sent: {
        goods: ['{ ware { __typename id weight } }'],
        cargo: [`query ${REPRESENTED} { ... on Ware { price } } }`],
      },
    },
    {
      name: 'a field that requires a field that requires a protected one is denied',
      operation: '{ ware { id toll } }',
      caller: {},
      data: { ware: { id: 'w', toll: null } },
      errors: [stepUp('ware.toll', 60)],
      sent: { goods: ['{ ware { id } }'] },
    },
    {
      name: 'a field that repeats the rule of what it requires is denied',
      operation: '{ ware { id hash } }',
      caller: {},
      data: { ware: { id: 'w', hash: null } },
      errors: [forbidden('ware.hash')],
      sent: { goods: ['{ ware { id } }'] },
    },
    {
      name: 'a field that requires part of an object is judged by that part',
      operation: '{ ware { area deep } }',
      caller: {},
      data: { ware: { area: null, deep: 4 } },
      errors: [stepUp('ware.area', 10)],
      sent: {
        goods: ['{ ware { __typename id size { depth } } }'],
        cargo: [`query ${REPRESENTED} { ... on Ware { deep } } }`],
      },
    },
    {
      name: 'a field that requires one of another plan is that plan’s',
      operation: '{ ware { id gift } }',
      caller: {},
      data: { ware: { id: 'w', gift: null } },
      errors: [upsell('ware.gift', 'extra')],
      sent: { goods: ['{ ware { id } }'] },
    },
    {
      name: 'an alias puts nothing else in the place of what is required',
      operation: '{ ware { weight: id deep size: secret free } }',
      caller: { scope: 'secret.read' },
      data: { ware: { weight: 'w', deep: 4, size: 's', free: 1 } },
      sent: {
        goods: ['{ ware { __typename id _as_weight: id size { depth } _as_size: secret } }'],
        cargo: [`query ${REPRESENTED} { ... on Ware { deep free } } }`],
      },
    },
    {
      name: 'nobody is asked to sign in for it',
      operation: '{ ware { id toll hash } }',
      data: { ware: { id: 'w', toll: null, hash: null } },
      errors: [signIn('ware.toll'), signIn('ware.hash')],
      sent: { goods: ['{ ware { id } }'] },
    },
  ],
};
