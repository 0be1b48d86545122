import { upsell, type Suite } from './corpus.ts';

const echo = (_: unknown, args: object) => JSON.stringify(args);

/** What a caller may not put in closes the field it is put into. */
export const inputs: Suite = {
  title: 'rules on arguments, input fields and enum values',
  subgraphs: {
    one: {
      sdl: `
type Query {
  open: String
  search(text: String, deep: Boolean @feature(flag: "deep", mode: "upsell")): String
  list(filter: Filter, filters: [Filter!], by: Order = NAME): String
  box: Box
  nest(in: Closed): String
  late(filter: Filter): String @mfa(maxAge: 60)
}
type Box { search(filter: Filter): String id: ID }
input Filter { text: String since: Int @feature(flag: "since", mode: "upsell") order: Order below: Filter }
input Closed @feature(flag: "nesting", mode: "upsell") { x: Int }
enum Order { NAME TREND @feature(flag: "trend", mode: "upsell") }`,
      resolvers: {
        Query: {
          open: () => 'yes',
          search: echo,
          list: echo,
          late: echo,
          nest: echo,
          box: () => ({ id: 'x' }),
        },
        Box: { search: echo },
      },
    },
  },
  cases: [
    {
      name: 'an argument that is not given closes nothing',
      operation: '{ search(text: "a") }',
      data: { search: '{"text":"a"}' },
      sent: { one: ['{ search(text: "a") }'] },
    },
    {
      name: 'a closed argument closes the field it is given to',
      operation: '{ open search(text: "a", deep: true) }',
      data: { open: 'yes', search: null },
      errors: [upsell('search', 'deep')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a closed argument closes whatever its value',
      operation: '{ open search(deep: null) }',
      data: { open: 'yes', search: null },
      errors: [upsell('search', 'deep')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a closed argument with a variable is closed',
      operation: 'query ($deep: Boolean) { open search(deep: $deep) }',
      variables: { deep: false },
      data: { open: 'yes', search: null },
      errors: [upsell('search', 'deep')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'the same field without the argument stays open beside it',
      operation: '{ a: search(text: "a") b: search(text: "a", deep: true) }',
      data: { a: '{"text":"a"}', b: null },
      errors: [upsell('b', 'deep')],
      sent: { one: ['{ a: search(text: "a") }'] },
    },
    {
      name: 'a closed input field in a literal closes the field',
      operation: '{ open list(filter: { text: "a", since: 3 }) }',
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'since')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a closed input field deep in a literal closes the field',
      operation: '{ box { id search(filter: { below: { below: { since: 3 } } }) } }',
      data: { box: { id: 'x', search: null } },
      errors: [upsell('box.search', 'since')],
      sent: { one: ['{ box { id } }'] },
    },
    {
      name: 'a closed input field in a list closes the field',
      operation: '{ open list(filters: [{ text: "a" }, { since: 1 }]) }',
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'since')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an input object without its closed fields is open',
      operation: '{ list(filter: { text: "a", order: NAME }) }',
      data: { list: '{"filter":{"text":"a","order":"NAME"},"by":"NAME"}' },
      sent: { one: ['{ list(filter: {text: "a", order: NAME}) }'] },
    },
    {
      name: 'a closed input field in a variable closes the field',
      operation: 'query ($filter: Filter) { open list(filter: $filter) }',
      variables: { filter: { text: 'a', since: 3 } },
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'since')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'the same operation is open with another value',
      operation: 'query ($filter: Filter) { open list(filter: $filter) }',
      variables: { filter: { text: 'a' } },
      data: { open: 'yes', list: '{"filter":{"text":"a"},"by":"NAME"}' },
      sent: { one: ['query ($filter: Filter) { open list(filter: $filter) }'] },
    },
    {
      name: 'a closed input field deep in a variable closes every field that uses it',
      operation:
        'query ($filter: Filter!) { open list(filter: { below: $filter }) box { id search(filter: $filter) } }',
      variables: { filter: { below: { since: null } } },
      data: { open: 'yes', list: null, box: { id: 'x', search: null } },
      errors: [upsell('list', 'since'), upsell('box.search', 'since')],
      sent: { one: ['{ open box { id } }'] },
    },
    {
      name: 'a closed input field in the default of a variable closes the field',
      operation: 'query ($filter: Filter = { since: 3 }) { open list(filter: $filter) }',
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'since')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a value takes the place of a closed default',
      operation: 'query ($filter: Filter = { since: 3 }) { open list(filter: $filter) }',
      variables: { filter: { text: 'b' } },
      data: { open: 'yes', list: '{"filter":{"text":"b"},"by":"NAME"}' },
      sent: { one: ['query ($filter: Filter = {since: 3}) { open list(filter: $filter) }'] },
    },
    {
      name: 'an input object of a closed type closes the field',
      operation: 'query ($in: Closed) { open a: nest(in: { x: 1 }) b: nest(in: $in) c: nest }',
      variables: { in: {} },
      data: { open: 'yes', a: null, b: null, c: '{}' },
      errors: [upsell('a', 'nesting'), upsell('b', 'nesting')],
      sent: { one: ['{ open c: nest }'] },
    },
    {
      name: 'of a closed input and a second factor the one is told that a second factor would not open',
      operation: 'query ($filter: Filter) { open late(filter: $filter) }',
      variables: { filter: { since: 3 } },
      caller: {},
      data: { open: 'yes', late: null },
      errors: [upsell('late', 'since')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'a closed enum value in a literal closes the field',
      operation: '{ open list(by: TREND) a: list(by: NAME) }',
      data: { open: 'yes', list: null, a: '{"by":"NAME"}' },
      errors: [upsell('list', 'trend')],
      sent: { one: ['{ open a: list(by: NAME) }'] },
    },
    {
      name: 'a closed enum value in a variable closes the field',
      operation: 'query ($by: Order) { open list(by: $by) }',
      variables: { by: 'TREND' },
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'trend')],
      sent: { one: ['{ open }'] },
    },
    {
      name: 'an open enum value in a variable is open',
      operation: 'query ($by: Order) { open list(by: $by) }',
      variables: { by: 'NAME' },
      data: { open: 'yes', list: '{"by":"NAME"}' },
      sent: { one: ['query ($by: Order) { open list(by: $by) }'] },
    },
    {
      name: 'a closed enum value inside an input object of a variable closes the field',
      operation: 'query ($filters: [Filter!]) { open list(filters: $filters) }',
      variables: { filters: [{ order: 'NAME' }, { below: { order: 'TREND' } }] },
      data: { open: 'yes', list: null },
      errors: [upsell('list', 'trend')],
      sent: { one: ['{ open }'] },
    },
  ],
};
