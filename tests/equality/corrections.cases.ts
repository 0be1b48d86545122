/** What both executors answer, and what subgraphs said. */
export interface CorrectionCase {
  /** The name of the correction. */
  name: string;
  /** What the GraphQL specification (October 2021) or the one of subgraphs says. */
  rule: string;
  subgraphs: Readonly<Record<string, string>>;
  query: string;
  /** Answers in the order in which they are asked for. */
  answers: Readonly<Record<string, readonly object[]>>;
  apollos: Told;
  ours: Told;
}

/** Data, the paths of errors, and where it matters what was asked about entities. */
export interface Told {
  data: unknown;
  errors?: readonly (readonly (string | number)[])[];
  represented?: unknown;
}

const SHOP = {
  a: `type Query { any: [Any] items: [Item] item: Item broken: String }
    union Any = Item | Other
    interface Named { id: ID! }
    interface Sized { size: Int }
    type Item implements Named & Sized @key(fields: "id") { id: ID! size: Int name: String grid: [[Cell]] }
    type Other implements Named @key(fields: "id") { id: ID! name: String label: String }
    type Cell { x: Int y: Int }`,
  b: `type Item @key(fields: "id") { id: ID! stock: Int! note: String grid: [[Cell]] @external sum: Int @requires(fields: "grid { x }") }
    type Cell { x: Int @external }`,
};

const item = (id: string) => ({ __typename: 'Item', id });
const error = (path: readonly (string | number)[]) => ({ message: 'broken', path });

const ERRORS: readonly CorrectionCase[] = [
  {
    name: 'errors of entities are told at the objects that were asked about, whichever were not',
    rule: '7.1.2: the path of an error is that of the response field which experienced it',
    subgraphs: SHOP,
    query: '{ any { ... on Item { note } } }',
    answers: {
      a: [{ data: { any: [{ __typename: 'Other', id: '1' }, item('2'), item('3')] } }],
      b: [
        { data: { _entities: [{ note: 'n' }, { note: null }] }, errors: [error(['_entities', 1, 'note'])] },
      ],
    },
    apollos: { data: { any: [{}, { note: 'n' }, { note: null }] }, errors: [['any', 1, 'note']] },
    ours: { data: { any: [{}, { note: 'n' }, { note: null }] }, errors: [['any', 2, 'note']] },
  },
  {
    name: 'errors are told under the names clients know',
    rule: '7.1.2: if the error is in an aliased field, the path has the alias',
    subgraphs: SHOP,
    query: '{ any { ... on Item { text: name } ... on Other { text: label } } }',
    answers: {
      a: [
        {
          data: { any: [{ __typename: 'Other', text__alias_0: null }] },
          errors: [error(['any', 0, 'text__alias_0'])],
        },
      ],
    },
    apollos: { data: { any: [{ text: null }] }, errors: [['any', 0, 'text__alias_0']] },
    ours: { data: { any: [{ text: null }] }, errors: [['any', 0, 'text']] },
  },
  {
    name: 'errors that are not about one entity are told where the entities begin',
    rule: '7.1.2: a path consists of response names and indices',
    subgraphs: SHOP,
    query: '{ items { note } }',
    answers: {
      a: [{ data: { items: [item('1')] } }],
      b: [{ data: { _entities: [null] }, errors: [error(['_entities'])] }],
    },
    apollos: { data: { items: [{ note: null }] }, errors: [['items', '@', '_entities']] },
    ours: { data: { items: [{ note: null }] }, errors: [['items']] },
  },
  {
    name: 'what is missing is told beside other errors',
    rule: '6.4.4: a null for a non-null field raises an error',
    subgraphs: SHOP,
    query: '{ broken items { stock } }',
    answers: {
      a: [{ data: { broken: null, items: [item('1')] }, errors: [error(['broken'])] }],
      b: [{ data: { _entities: [null] } }],
    },
    apollos: { data: { broken: null, items: [null] }, errors: [['broken']] },
    ours: { data: { broken: null, items: [null] }, errors: [['broken'], ['items', 0, 'stock']] },
  },
];

const VALUES: readonly CorrectionCase[] = [
  {
    name: 'names the planner made up give back false values too',
    rule: '6.3.2: the response has what the field of that name resolved to',
    subgraphs: SHOP,
    query: '{ any { ... on Item { text: name } ... on Other { text: label } } }',
    answers: { a: [{ data: { any: [{ __typename: 'Other', text__alias_0: '' }] } }] },
    apollos: { data: { any: [{ text: null }] } },
    ours: { data: { any: [{ text: '' }] } },
  },
  {
    name: 'numbers are within their range, and identifiers are written as strings',
    rule: '3.5.1 and 3.5.5: an Int has 32 bits, and an ID is serialized as a String',
    subgraphs: SHOP,
    query: '{ items { id size } }',
    answers: { a: [{ data: { items: [{ id: 5, size: 2 ** 40 }] } }] },
    apollos: { data: { items: [{ id: 5, size: 2 ** 40 }] } },
    ours: { data: { items: [{ id: '5', size: null }] }, errors: [['items', 0, 'size']] },
  },
  {
    name: 'a fragment on an interface does not make an object forget its type',
    rule: '6.3.2: fragments apply to the type of the object, wherever they are spread',
    subgraphs: SHOP,
    query: '{ item { ... on Named { ... on Item { size } ... on Sized { name: __typename } } } }',
    answers: { a: [{ data: { item: { size: 1, name: 'Item' } } }] },
    apollos: { data: { item: {} } },
    ours: { data: { item: { size: 1, name: 'Item' } } },
  },
  {
    name: 'an object is of a type its field can have',
    rule: '6.4.3: the object of an abstract type is of one of its possible types',
    subgraphs: SHOP,
    query: '{ any { __typename } }',
    answers: { a: [{ data: { any: [{ __typename: 'Cell' }] } }] },
    apollos: { data: { any: [{ __typename: 'Cell' }] } },
    ours: { data: { any: [null] }, errors: [['any', 0]] },
  },
  {
    name: 'an object is of the type it tells, whatever it has under other names of it',
    rule: '4.1: __typename is the name of the object type that is selected from',
    subgraphs: SHOP,
    query: '{ any { kind: __typename ... on Item { name } } }',
    answers: { a: [{ data: { any: [{ __typename: 'Item', kind: 'Other', id: '1', name: 'n' }] } }] },
    apollos: { data: { any: [{ kind: 'Other', name: 'n' }] } },
    ours: { data: { any: [{ kind: 'Item', name: 'n' }] } },
  },
  {
    name: 'an object that tells no type where it has to is told of',
    rule: '4.1: __typename is a String that cannot be null, and 6.4.4: such a null raises an error',
    subgraphs: SHOP,
    query: '{ any { __typename } }',
    answers: { a: [{ data: { any: [{}] } }] },
    apollos: { data: { any: [null] } },
    ours: { data: { any: [null] }, errors: [['any', 0]] },
  },
  {
    name: 'the root is of its type, whatever a subgraph says',
    rule: '6.2.1: a query is executed on the query root type',
    subgraphs: SHOP,
    query: '{ ...F } fragment F on Query { __typename broken }',
    answers: { a: [{ data: { __typename: 'Root', broken: 'b' } }] },
    apollos: { data: {} },
    ours: { data: { __typename: 'Query', broken: 'b' } },
  },
];

const LISTS = {
  a: `type Query { grid: [[Cell!]] @shareable } type Cell { x: Int }`,
  b: `type Query { grid: [[Cell!]] @shareable } type Cell { y: Int }`,
};

const NODES = {
  a: `interface Node @key(fields: "id") { id: ID! } type Leaf implements Node @key(fields: "id") { id: ID! x: Int }`,
  b: `type Leaf @key(fields: "id") { id: ID! y: Int }`,
  d: `type Query { node: Node } type Node @key(fields: "id") @interfaceObject { id: ID! }`,
};

const MERGES: readonly CorrectionCase[] = [
  {
    name: 'what is required of lists within lists is sent',
    rule: 'subgraphs: a representation has the key and the required fields',
    subgraphs: SHOP,
    query: '{ item { sum } }',
    answers: {
      a: [{ data: { item: { ...item('1'), grid: [[{ x: 1 }]] } } }],
      b: [{ data: { _entities: [{ sum: 1 }] } }],
    },
    apollos: { data: { item: { sum: 1 } }, represented: [{ ...item('1'), grid: [null] }] },
    ours: { data: { item: { sum: 1 } }, represented: [{ ...item('1'), grid: [[{ x: 1 }]] }] },
  },
  {
    name: 'lists within lists are merged too',
    rule: '6.3.2: all fields of one response name make one value',
    subgraphs: LISTS,
    query: '{ grid { x y } }',
    answers: { a: [{ data: { grid: [[{ x: 1 }]] } }], b: [{ data: { grid: [[{ y: 2 }]] } }] },
    apollos: { data: { grid: [[{ x: null, y: 2 }]] } },
    ours: { data: { grid: [[{ x: 1, y: 2 }]] } },
  },
  {
    name: 'an object takes the place of what is none',
    rule: '3.5: a scalar has no parts, so there is nothing to put together',
    subgraphs: NODES,
    query: '{ node { id ... on Leaf { x y } } }',
    answers: {
      d: [{ data: { node: { __typename: 'Node', id: '1' } } }],
      a: [{ data: { _entities: [{ __typename: 'Leaf', id: {}, x: 1 }] } }],
      b: [{ data: { _entities: [{ y: 2 }] } }],
    },
    apollos: { data: { node: { id: '1', x: 1, y: 2 } } },
    ours: { data: { node: null }, errors: [['node', 'id']] },
  },
  {
    name: 'what nobody asked for is not merged',
    rule: '6.3.2: the response has what was selected',
    subgraphs: SHOP,
    query: '{ items { name note } }',
    answers: {
      a: [{ data: { items: [{ ...item('1'), name: 'n' }] } }],
      b: [{ data: { _entities: [{ note: 'n', name: 'other' }] } }],
    },
    apollos: { data: { items: [{ name: 'other', note: 'n' }] } },
    ours: { data: { items: [{ name: 'n', note: 'n' }] } },
  },
  {
    name: 'an entity is asked for once',
    rule: 'subgraphs: each representation stands for one entity, however often it is shown',
    subgraphs: SHOP,
    query: '{ items { note } }',
    answers: {
      a: [{ data: { items: [item('1'), item('1')] } }],
      b: [{ data: { _entities: [{ note: 'n' }, { note: 'n' }] } }],
    },
    apollos: { data: { items: [{ note: 'n' }, { note: 'n' }] }, represented: [item('1'), item('1')] },
    ours: { data: { items: [{ note: 'n' }, { note: 'n' }] }, represented: [item('1')] },
  },
];

export const CASES: readonly CorrectionCase[] = [...ERRORS, ...VALUES, ...MERGES];
