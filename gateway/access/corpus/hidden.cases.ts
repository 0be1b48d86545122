import { denied, type Case, type Suite } from './corpus.ts';

const BOOK = { __typename: 'Book', id: 'b', extra: 'e', draft: 'd', rank: 'LOW' };
const BETA = { __typename: 'Beta', id: 'x', extra: 'f', rank: 'HIGH' };
const resolveType = ({ __typename: type }: { __typename: string }) => type;
const echo = (_: unknown, args: object) => JSON.stringify(args);

const OFF = '@feature(flag: "beta")';

/** The schema with elements that only a flag shows, or as if they had never been there. */
const sdl = (isThere: boolean): string => {
  const off = (text: string) => (isThere ? text : '');
  return `
type Query { open: String list: [Item] item: Item top: Book hits: [Hit] find(text: String ${off(`deep: Boolean ${OFF}`)} filter: Filter, by: Order): String
  ${off(`beta: String ${OFF} lab: Lab odd: Odd only: Beta`)} }
type Mutation { keep: Int ${off(`drop: Int ${OFF}`)} }
interface Item { id: ID! extra: String rank: Rank }
type Book implements Item { id: ID! extra: String rank: Rank ${off(`draft: String ${OFF}`)} }
${off(`type Beta implements Item ${OFF} { id: ID! extra: String rank: Rank }
type Lab ${OFF} { id: ID }
scalar Odd ${OFF}`)}
union Hit = Book ${off('| Beta')}
input Filter { text: String ${off(`since: Int ${OFF}`)} }
enum Order { NAME ${off(`TREND ${OFF}`)} }
enum Rank { LOW ${off(`HIGH ${OFF}`)} }`;
};

const found = { open: () => 'yes', item: () => BOOK, top: () => ({ ...BOOK, rank: 'HIGH' }), find: echo };
const abstract = { Item: { __resolveType: resolveType }, Hit: { __resolveType: resolveType } };

/** The same graph in which nothing is hidden because nothing else is there. */
export const neverThere: Suite['subgraphs'] = {
  one: {
    sdl: sdl(false),
    resolvers: {
      ...abstract,
      Query: { ...found, list: () => [BOOK], hits: () => [BOOK] },
      Mutation: { keep: () => 1 },
    },
  },
};

const refused = (name: string, operation: string, ...invalid: string[]): Case => ({
  name,
  operation,
  invalid,
});

/** An element whose flag is off is not there. */
export const hidden: Suite = {
  title: 'hidden elements',
  subgraphs: {
    one: {
      sdl: sdl(true),
      resolvers: {
        ...abstract,
        Query: {
          ...found,
          list: () => [BOOK, BETA],
          hits: () => [BETA, BOOK],
          beta: () => 'b',
          lab: () => ({ id: 'l' }),
        },
        Mutation: { keep: () => 1, drop: () => 2 },
      },
    },
  },
  cases: [
    {
      name: 'what is not hidden is there',
      operation:
        '{ open item { id ... on Book { extra } } find(text: "a", filter: { text: "b" }, by: NAME) }',
      data: {
        open: 'yes',
        item: { id: 'b', extra: 'e' },
        find: '{"text":"a","filter":{"text":"b"},"by":"NAME"}',
      },
      sent: {
        one: [
          '{ open item { __typename _type: __typename ... on Book { id extra } } find(text: "a", filter: {text: "b"}, by: NAME) }',
        ],
      },
    },
    refused('a hidden field', '{ open beta }', 'Cannot query field "beta" on type "Query".'),
    refused(
      'a hidden field below an interface',
      '{ item { ... on Book { draft } } }',
      'Cannot query field "draft" on type "Book".',
    ),
    refused('a field of a hidden type', '{ open lab { id } }', 'Cannot query field "lab" on type "Query".'),
    refused('a field of a hidden scalar', '{ odd }', 'Cannot query field "odd" on type "Query".'),
    refused('a fragment on a hidden type', '{ list { ... on Beta { id } } }', 'Unknown type "Beta".'),
    refused('a member of a union that is hidden', '{ hits { ... on Beta { id } } }', 'Unknown type "Beta".'),
    refused(
      'a fragment nobody uses on a hidden type',
      '{ open } fragment F on Lab { id }',
      'Unknown type "Lab".',
      'Fragment "F" is never used.',
    ),
    refused('a hidden argument', '{ find(deep: true) }', 'Unknown argument "deep" on field "Query.find".'),
    refused(
      'a hidden input field',
      '{ find(filter: { since: 1 }) }',
      'Field "since" is not defined by type "Filter".',
    ),
    refused('a hidden enum value', '{ find(by: TREND) }', 'Value "TREND" does not exist in "Order" enum.'),
    refused(
      'a variable of a hidden type',
      'query ($odd: Odd) { open }',
      'Unknown type "Odd".',
      'Variable "$odd" is never used.',
    ),
    refused(
      'a hidden mutation beside another',
      'mutation { keep drop }',
      'Cannot query field "drop" on type "Mutation".',
    ),
    refused(
      'a hidden field that is left out',
      '{ open beta @include(if: false) }',
      'Cannot query field "beta" on type "Query".',
    ),
    refused(
      'several hidden elements',
      '{ beta find(deep: true, by: TREND) }',
      'Cannot query field "beta" on type "Query".',
      'Unknown argument "deep" on field "Query.find".',
      'Value "TREND" does not exist in "Order" enum.',
    ),
    {
      name: 'a hidden input field in a variable',
      operation: 'query ($filter: Filter) { find(filter: $filter) }',
      variables: { filter: { since: 1 } },
      invalid: [
        'Variable "$filter" got invalid value { since: 1 }; Field "since" is not defined by type "Filter".',
      ],
      code: 'BAD_USER_INPUT',
    },
    {
      name: 'a hidden enum value in a variable',
      operation: 'query ($by: Order) { find(by: $by) }',
      variables: { by: 'TREND' },
      invalid: ['Variable "$by" got invalid value "TREND"; Value "TREND" does not exist in "Order" enum.'],
      code: 'BAD_USER_INPUT',
    },
    {
      name: 'a hidden mutation does not keep others from running',
      operation: 'mutation { keep }',
      data: { keep: 1 },
      sent: { one: ['mutation { keep }'] },
    },
    {
      name: 'an object of a hidden type is null, and nothing else of it is asked',
      operation: '{ list { id extra } }',
      data: { list: [{ id: 'b', extra: 'e' }, null] },
      errors: [denied('FEATURE_DISABLED', 'list')],
      sent: { one: ['{ list { __typename _type: __typename ... on Book { id extra } } }'] },
    },
    {
      name: 'a hidden enum value is null in an answer',
      operation: '{ top { id rank } item { rank } }',
      data: { top: { id: 'b', rank: null }, item: { rank: 'LOW' } },
      errors: [denied('FEATURE_DISABLED', 'top.rank')],
      sent: { one: ['{ top { id rank } item { __typename _type: __typename ... on Book { rank } } }'] },
    },
  ],
};
