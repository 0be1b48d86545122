import type { Suite } from './corpus.ts';

const ADA = {
  id: '1',
  name: 'Ada',
  email: 'ada@example.org',
  salary: 9,
  pin: '1234',
  trend: 'up',
  note: 'n',
  boss: { id: '2', name: 'Bo', salary: 99, email: 'bo@example.org' },
};

const sdl = `
type Query {
  open: String
  me: Person
  vault: Vault @authenticated
  code: String @requiresScopes(scopes: [["code.read"]])
  find(id: ID): Person @requiresScopes(scopes: [["find.use"]])
}
type Person {
  id: ID!
  name: String
  email: String @authenticated
  salary: Int @requiresScopes(scopes: [["salary.read"]])
  pin: String @mfa(maxAge: 60)
  trend: String @feature(flag: "trends", mode: "upsell")
  note(text: String): String @requiresScopes(scopes: [["note.read"]])
  boss: Person @authenticated
}
type Vault { id: ID! }`;

const resolvers = {
  Query: {
    open: () => 'yes',
    me: () => ADA,
    vault: () => ({ id: 'v' }),
    code: () => 'c',
    find: () => ADA,
  },
};

/** A person with a field for each rule. */
export const person: Suite['subgraphs'] = { one: { sdl, resolvers } };
