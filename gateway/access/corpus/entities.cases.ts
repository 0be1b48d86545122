import { forbidden, signIn, type Suite } from './corpus.ts';

interface Reference {
  id: string;
}
const reference = ({ id }: Reference) => ({ id });
const REPRESENTED = '($representations: [_Any!]!) { _entities(representations: $representations)';

const users = {
  sdl: `
type Query { me: User all: [User] }
type User @key(fields: "id") { id: ID! name: String email: String @authenticated }`,
  resolvers: {
    Query: {
      me: () => ({ id: '1', name: 'Ada', email: 'e' }),
      all: () => [
        { id: '1', name: 'Ada' },
        { id: '2', name: 'Bo' },
      ],
    },
    User: { __resolveReference: reference, email: () => 'e' },
  },
};
const orders = {
  sdl: `
type User @key(fields: "id") { id: ID! orders: [Order] total: Int @requiresScopes(scopes: [["total.read"]]) last: Order @requiresScopes(scopes: [["last.read"]]) sure: Order! }
type Order @key(fields: "id") { id: ID! price: Int @requiresScopes(scopes: [["price.read"]]) }`,
  resolvers: {
    User: {
      __resolveReference: reference,
      orders: ({ id }: Reference) => [{ id: `o${id}`, price: 5 }],
      total: () => 9,
      last: () => ({ id: 'o9' }),
      sure: () => ({ id: 'o9' }),
    },
    Order: { __resolveReference: reference, price: () => 5 },
  },
};
const shipping = {
  sdl: `
type Order @key(fields: "id") { id: ID! place: String track: String @requiresScopes(scopes: [["track.read"]]) carrier: Carrier }
type Carrier @requiresScopes(scopes: [["carrier.read"]]) { name: String }`,
  resolvers: {
    Order: {
      __resolveReference: reference,
      place: ({ id }: Reference) => `at ${id}`,
      track: () => 'T',
      carrier: () => ({ name: 'C' }),
    },
  },
};

/** A subgraph is asked only for what somebody gets. */
export const entities: Suite = {
  title: 'entities across subgraphs',
  subgraphs: { users, orders, shipping },
  cases: [
    {
      name: 'a denied field that is the only reason for a fetch is no reason',
      operation: '{ me { name total } }',
      caller: {},
      data: { me: { name: 'Ada', total: null } },
      errors: [forbidden('me.total')],
      sent: { users: ['{ me { name } }'] },
    },
    {
      name: 'the same field with its scope is fetched',
      operation: '{ me { name total } }',
      caller: { scope: 'total.read' },
      data: { me: { name: 'Ada', total: 9 } },
      sent: {
        users: ['{ me { __typename id name } }'],
        orders: [`query ${REPRESENTED} { ... on User { total } } }`],
      },
    },
    {
      name: 'a denied object is not fetched, nor is anything it leads to',
      operation: '{ me { name last { id place track } } }',
      caller: { scope: 'track.read' },
      data: { me: { name: 'Ada', last: null } },
      errors: [forbidden('me.last')],
      sent: { users: ['{ me { name } }'] },
    },
    {
      name: 'the third subgraph is not asked for denied fields',
      operation: '{ me { orders { id track carrier { name } } } }',
      caller: {},
      data: { me: { orders: [{ id: 'o1', track: null, carrier: null }] } },
      errors: [forbidden('me.orders.track', 'me.orders'), forbidden('me.orders.carrier', 'me.orders')],
      sent: {
        users: ['{ me { __typename id } }'],
        orders: [`query ${REPRESENTED} { ... on User { orders { id } } } }`],
      },
    },
    {
      name: 'the third subgraph is asked for what is left',
      operation: '{ me { orders { price place track } } }',
      caller: {},
      data: { me: { orders: [{ price: null, place: 'at o1', track: null }] } },
      errors: [forbidden('me.orders.price', 'me.orders'), forbidden('me.orders.track', 'me.orders')],
      sent: {
        users: ['{ me { __typename id } }'],
        orders: [`query ${REPRESENTED} { ... on User { orders { __typename id } } } }`],
        shipping: [`query ${REPRESENTED} { ... on Order { place } } }`],
      },
    },
    {
      name: 'objects of which nothing is left are fetched from nowhere',
      operation: '{ me { name orders { track price } } }',
      caller: {},
      data: { me: { name: 'Ada', orders: null } },
      errors: [forbidden('me.orders.track', 'me.orders'), forbidden('me.orders.price', 'me.orders')],
      sent: { users: ['{ me { name } }'] },
    },
    {
      name: 'an object that must be there is asked of its own subgraph only',
      operation: '{ me { sure { track } } }',
      caller: {},
      data: { me: { sure: { track: null } } },
      errors: [forbidden('me.sure.track')],
      sent: {
        users: ['{ me { __typename id } }'],
        orders: [`query ${REPRESENTED} { ... on User { sure { _type: __typename } } } }`],
      },
    },
    {
      name: 'in a list of entities each keeps its own',
      operation: '{ all { name orders { id price } total } }',
      data: {
        all: [
          { name: 'Ada', orders: [{ id: 'o1', price: null }], total: null },
          { name: 'Bo', orders: [{ id: 'o2', price: null }], total: null },
        ],
      },
      errors: [signIn('all.orders.price', 'all'), signIn('all.total', 'all')],
      sent: {
        users: ['{ all { __typename id name } }'],
        orders: [`query ${REPRESENTED} { ... on User { orders { id } } } }`],
      },
    },
    {
      name: 'whoever has all scopes crosses all subgraphs',
      operation: '{ me { total orders { price track carrier { name } } } }',
      caller: { scope: 'total.read price.read track.read carrier.read' },
      data: { me: { total: 9, orders: [{ price: 5, track: 'T', carrier: { name: 'C' } }] } },
      sent: {
        users: ['{ me { __typename id } }'],
        orders: [`query ${REPRESENTED} { ... on User { total orders { __typename id price } } } }`],
        shipping: [`query ${REPRESENTED} { ... on Order { track carrier { name } } } }`],
      },
    },
  ],
};

const byCode = ({ code }: { code: string }) => ({ code });

/** A protected key still joins subgraphs; it only never reaches the client. */
export const keys: Suite = {
  title: 'protected keys',
  subgraphs: {
    one: {
      sdl: `type Query { part: Part } type Part @key(fields: "code") { code: ID! @requiresScopes(scopes: [["code.read"]]) label: String }`,
      resolvers: { Query: { part: () => ({ code: 'c', label: 'l' }) }, Part: { __resolveReference: byCode } },
    },
    two: {
      sdl: `type Part @key(fields: "code") { code: ID! @requiresScopes(scopes: [["code.read"]]) stock: Int spare: Part }`,
      resolvers: { Part: { __resolveReference: byCode, stock: () => 3, spare: () => ({ code: 'd' }) } },
    },
  },
  cases: [
    {
      name: 'an open field behind a protected key is fetched by the key',
      operation: '{ part { label stock } }',
      data: { part: { label: 'l', stock: 3 } },
      sent: {
        one: ['{ part { __typename code label } }'],
        two: [`query ${REPRESENTED} { ... on Part { stock } } }`],
      },
    },
    {
      name: 'asking for the key itself is denied',
      operation: '{ part { label spare { code stock } } }',
      caller: {},
      data: { part: { label: 'l', spare: null } },
      errors: [forbidden('part.spare.code')],
      sent: {
        one: ['{ part { __typename code label } }'],
        two: [`query ${REPRESENTED} { ... on Part { spare { stock } } } }`],
      },
    },
    {
      name: 'an alias of the key tells nothing',
      operation: '{ part { label: code stock } }',
      caller: {},
      data: { part: null },
      errors: [forbidden('part.label')],
      sent: {
        one: ['{ part { __typename code } }'],
        two: [`query ${REPRESENTED} { ... on Part { stock } } }`],
      },
    },
    {
      name: 'an open field under the name of the key does not tell the key',
      operation: '{ part { code: label stock } }',
      data: { part: { code: 'l', stock: 3 } },
      sent: {
        one: ['{ part { __typename code _as_code: label } }'],
        two: [`query ${REPRESENTED} { ... on Part { stock } } }`],
      },
    },
    {
      name: 'the key with its scope is told',
      operation: '{ part { code stock } }',
      caller: { scope: 'code.read' },
      data: { part: { code: 'c', stock: 3 } },
      sent: {
        one: ['{ part { __typename code } }'],
        two: [`query ${REPRESENTED} { ... on Part { stock } } }`],
      },
    },
  ],
};
