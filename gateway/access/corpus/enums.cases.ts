import { upsell, type Suite } from './corpus.ts';

const ITEM = { id: '1', state: 'BETA', states: ['OPEN', 'BETA'], sure: 'BETA' };

/** A closed enum value in an answer is null where it stands. */
export const enums: Suite = {
  title: 'closed enum values in answers',
  subgraphs: {
    one: {
      sdl: `
type Query { state: State item: Item items: [Item] grid: [[State]] states: [State!] }
type Item { id: ID! state: State states: [State] sure: State! }
enum State { OPEN BETA @feature(flag: "beta", mode: "upsell") }`,
      resolvers: {
        Query: {
          state: () => 'BETA',
          item: () => ITEM,
          items: () => [ITEM, { ...ITEM, id: '2', state: 'OPEN', sure: 'OPEN' }],
          grid: () => [['OPEN'], ['BETA', 'OPEN']],
          states: () => ['OPEN', 'BETA'],
        },
      },
    },
  },
  cases: [
    {
      name: 'a closed value is null with its error',
      operation: '{ state item { id state } }',
      data: { state: null, item: { id: '1', state: null } },
      errors: [upsell('state', 'beta'), upsell('item.state', 'beta')],
      sent: { one: ['{ state item { id state } }'] },
    },
    {
      name: 'a closed value in a list of values is null in its place',
      operation: '{ item { states } grid }',
      data: { item: { states: ['OPEN', null] }, grid: [['OPEN'], [null, 'OPEN']] },
      errors: [upsell('item.states', 'beta'), upsell('grid', 'beta')],
      sent: { one: ['{ item { states } grid }'] },
    },
    {
      name: 'a list that may hold no null is null with a closed value',
      operation: '{ states item { id } }',
      data: { states: null, item: { id: '1' } },
      errors: [upsell('states', 'beta')],
      sent: { one: ['{ states item { id } }'] },
    },
    {
      name: 'a closed value that may not be null takes its object along',
      operation: '{ items { id sure } }',
      data: { items: [null, { id: '2', sure: 'OPEN' }] },
      errors: [upsell('items.sure', 'beta', 'items')],
      sent: { one: ['{ items { id sure } }'] },
    },
    {
      name: 'each closed value is told, though the first takes the object along',
      operation: '{ item { id a: sure b: sure state } }',
      data: { item: null },
      errors: [upsell('item.a', 'beta'), upsell('item.b', 'beta'), upsell('item.state', 'beta')],
      sent: { one: ['{ item { id a: sure b: sure state } }'] },
    },
    {
      name: 'a closed value below a list is told once',
      operation: '{ items { s: state id } }',
      data: {
        items: [
          { s: null, id: '1' },
          { s: 'OPEN', id: '2' },
        ],
      },
      errors: [upsell('items.s', 'beta', 'items')],
      sent: { one: ['{ items { s: state id } }'] },
    },
  ],
};
