const ANIMALS_OF_BOTH = [
  { __typename: 'Cat', id: '1', name: 'Tom', grams: 4000 },
  { __typename: 'Dog', id: '2', name: 'Rex', grams: 9000 },
  { __typename: 'Cat', id: '1', name: 'Tom', grams: 4000 },
];
const byId = ({ id }: { id: string }) => ANIMALS_OF_BOTH.find((animal) => animal.id === id);
const kilos = ({ grams }: { grams: number }) => grams / 1000;

const animals = {
  sdl: `type Query { animals: [Animal!] any: [Any!] animal(id: ID!): Animal }
     type Mutation { feed(id: ID!, grams: Int = 10): Animal }
     interface Animal { id: ID! name: String }
     type Cat implements Animal @key(fields: "id") { id: ID! name: String grams: Int }
     type Dog implements Animal @key(fields: "id") { id: ID! name: String grams: Int }
     union Any = Cat | Dog`,
  resolvers: {
    Query: {
      animals: () => ANIMALS_OF_BOTH,
      any: () => ANIMALS_OF_BOTH,
      animal: (_: unknown, key: { id: string }) => byId(key),
    },
    Mutation: {
      feed: (_: unknown, key: { id: string; grams: number }) => ({ ...byId(key), grams: key.grams }),
    },
    Cat: { __resolveReference: byId },
    Dog: { __resolveReference: byId },
  },
};

const weights = {
  sdl: `type Query { heaviest: Dog }
     type Cat @key(fields: "id") { id: ID! grams: Int @external kilos: Float @requires(fields: "grams") lives: Int }
     type Dog @key(fields: "id") { id: ID! grams: Int @external kilos: Float @requires(fields: "grams") }`,
  resolvers: { Query: { heaviest: () => ({ id: '2' }) }, Cat: { kilos, lives: () => 7 }, Dog: { kilos } },
};

/** Two services with what makes plans interesting: entities, fields that need others, abstract types, mutations. */
export const ANIMALS = {
  title: 'animals',
  subgraphs: { animals, weights },
  questions: [
    {
      operation:
        '{ animals { __typename id name ... on Cat { kilos lives } ... on Dog { kilos } } heaviest { name kilos } }',
    },
    {
      operation:
        '{ any { ...A } } fragment A on Any { ... on Animal { name } ... on Cat { lives grams weight: kilos } }',
    },
    {
      operation:
        'query ($id: ID!, $c: Boolean!) { animal(id: $id) { name ... on Cat @include(if: $c) { lives } ... on Cat @skip(if: $c) { kilos } } }',
      variables: { id: '1', c: false },
    },
    {
      operation:
        'mutation ($g: Int) { a: feed(id: "1") { ... on Cat { kilos } } b: feed(id: "2", grams: $g) { ... on Dog { kilos } } }',
      variables: { g: 5 },
    },
  ],
};
