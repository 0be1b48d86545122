import { composeServices } from '@apollo/composition';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compositionProblems } from './composition-gate.ts';
import { undescribed } from './descriptions.ts';

const LINKS = (imports: string, chorus = '["@mfa", "@feature", "@fieldCache"]') => `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key", "@shareable", "@composeDirective", "@requires", "@external"${imports}])
    @link(url: "https://specs.chorus.dev/chorus/v1.0", import: ${chorus})
    @composeDirective(name: "@mfa") @composeDirective(name: "@feature") @composeDirective(name: "@fieldCache")
  directive @mfa(maxAge: Int) on FIELD_DEFINITION
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION | ENUM_VALUE | ARGUMENT_DEFINITION
  directive @fieldCache(maxAge: Int!) on FIELD_DEFINITION
`;

const UNLINKED = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key", "@shareable"])
  directive @feature(flag: String!, mode: String = "hide") on FIELD_DEFINITION
`;

const PUBLIC = ['tenant', 't', 'plans', 'preview', 'kinds', 'a'];

function problems(sdl: Record<string, string>, publicFields = PUBLIC): string[] {
  const subgraphs = Object.entries(sdl).map(([name, text]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(text),
    publicFields,
  }));
  const { supergraphSdl, hints = [], errors = [] } = composeServices(subgraphs);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const told = hints.map(({ definition, message }) => ({ code: definition.code, message }));
  return compositionProblems(subgraphs, supergraphSdl, told);
}

const accounts = `${LINKS('')} type Query { tenant: Tenant } type Tenant @key(fields: "id") { id: ID! name: String! }`;

test('a sound supergraph has no problems', () => {
  const billing = `${LINKS('')} type Query { plans: [String!] } type Tenant @key(fields: "id") { id: ID! plan: String }`;
  expect(problems({ accounts, billing })).toEqual([]);
});

test('a directive that composition drops without a word is found', () => {
  const billing = `${UNLINKED} type Query { preview: String @feature(flag: "x") }`;
  expect(problems({ accounts, billing })).toEqual([
    'billing: @feature on Query.preview did not reach the supergraph.',
  ]);
});

test('a renamed access directive is followed to its specification', () => {
  const billing = `${LINKS(', { name: "@authenticated", as: "@login" }')} type Query { secret: String! @login }`;
  expect(problems({ accounts, billing })).toEqual([
    'billing: Query.secret must be nullable, because it is a root field.',
  ]);
  const inside = `${LINKS(', { name: "@authenticated", as: "@login" }')} type Query { a: A } type A { secret: String! @login }`;
  expect(problems({ accounts, inside })).toEqual([
    'inside: A.secret must be nullable, because it has an access directive.',
  ]);
});

test('directives on enum values and arguments reach the supergraph', () => {
  const billing = `${LINKS('')} enum Kind { A B @feature(flag: "b") } type Query { kinds(of: Kind @feature(flag: "c")): [Kind!] }`;
  expect(problems({ accounts, billing })).toEqual([]);
});

test('a root field nobody decided about is refused, and one that two places decide about', () => {
  const ruled = `${LINKS(', { name: "@authenticated", as: "@login" }')} type Query { plans: String @login preview: Int }`;
  expect(problems({ accounts, ruled }, ['tenant', 'plans'])).toEqual([
    'ruled: Query.plans is public in code and not in the schema.',
    'ruled: Query.preview has no rule and is not public.',
  ]);
  const gated = `${LINKS('')} type Query { plans: String @feature(flag: "x") } type Mutation { buy: Int @mfa }`;
  expect(problems({ accounts, gated }, ['tenant'])).toEqual([
    'gated: Query.plans has no rule and is not public.',
    'gated: Mutation.buy has no rule and is not public.',
  ]);
});

test('different arguments of one directive in two subgraphs are refused', () => {
  const shared = (age: number) =>
    `${LINKS('')} type Query { plans: String @shareable @fieldCache(maxAge: ${age}) } `;
  expect(problems({ accounts, billing: shared(1), mentions: shared(2) })).toHaveLength(1);
});

test.each([
  ['a root field', 'type Query { plans: [String!]! }', 'Query.plans', 'it is a root field'],
  [
    'a field added to a foreign entity',
    'type Query { a: Int } type Tenant @key(fields: "id") { id: ID! plan: String! }',
    'Tenant.plan',
    'it is added to an entity of accounts',
  ],
  [
    'a field returning a foreign entity',
    'type Query { a: A } type A { owner: Tenant! } type Tenant @key(fields: "id", resolvable: false) { id: ID! }',
    'A.owner',
    'it returns an entity of accounts',
  ],
  [
    'a list item of a foreign entity',
    'type Query { a: A } type A { owners: [Tenant!] } type Tenant @key(fields: "id", resolvable: false) { id: ID! }',
    'A.owners',
    'it returns an entity of accounts',
  ],
])('%s must be nullable', (_, types, coordinate, reason) => {
  expect(problems({ accounts, billing: `${LINKS('')} ${types}` })).toEqual([
    `billing: ${coordinate} must be nullable, because ${reason}.`,
  ]);
});

test('@requires of a field with arguments is refused', () => {
  const home = `${LINKS('')} type Query { t: Tenant } type Tenant @key(fields: "id") { id: ID! price(in: String): Int }`;
  const other = `${LINKS('')} type Query { a: Int } type Tenant @key(fields: "id") { id: ID! price(in: String): Int @external  dear: Boolean @requires(fields: "price(in: \\"EUR\\")") }`;
  expect(problems({ accounts: home, billing: other })).toEqual([
    'billing: Tenant.dear requires a field with arguments.',
  ]);
});

test('what is deprecated says from when and until when, with 90 days between', () => {
  const because = (reason: string) => `@deprecated(reason: "${reason}")`;
  const enough = because('Use b. Deprecated 2026-11-01, removed 2027-01-30.');
  const billing = `${LINKS('')}
    type Query { a(x: Int ${because('Deprecated soon.')}, y: Int ${enough}): Int ${enough} plans: Int @deprecated }
    enum E { A @deprecated(reason: "Deprecated 2026-11-01, removed 2027-02-30.") B ${enough} }
    input I { a: E ${because('Use b. Deprecated 2026-11-01, removed 2027-01-29.')} b: Int ${enough} }
    extend type Query { kinds(i: I): Int }
  `;
  const dates = 'must end its reason with "Deprecated YYYY-MM-DD, removed YYYY-MM-DD.".';
  expect(problems({ accounts, billing })).toEqual([
    `billing: Query.a.x is deprecated and ${dates}`,
    `billing: Query.plans is deprecated and ${dates}`,
    `billing: E.A is deprecated and ${dates}`,
    'billing: I.a is deprecated and must stay for 90 days.',
  ]);
});

test('a public element without a description is named, roots and built-in scalars excepted', () => {
  const schema = buildSchema(`
    type Query { "Told." told: Told untold: Int }
    "Told." type Told { "Told." id: ID! }
    enum Untold { "Told." A B }
    "Told." input Input { untold: String }
  `);
  expect(undescribed(schema).toSorted()).toEqual(['Input.untold', 'Query.untold', 'Untold', 'Untold.B']);
});
