import { buildSchema, printSchema, validateSchema, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { deriveSchema } from './derive.ts';

const without = (sdl: string, ...gone: string[]): GraphQLSchema =>
  deriveSchema(buildSchema(sdl), (coordinate) => !gone.includes(coordinate));

const tidy = (sdl: string) => printSchema(buildSchema(sdl, { assumeValid: true }));

const cases: [what: string, before: string, gone: string[], after: string][] = [
  ['a field goes alone', 'type Query { a: Int b: Int }', ['Query.b'], 'type Query { a: Int }'],
  [
    'a field goes with its type, and an enum with its last value',
    'type Query { a: Int e: [E!]! } enum E { X }',
    ['E.X'],
    'type Query { a: Int }',
  ],
  [
    'an enum goes on with the values that are left',
    'type Query { e: E } enum E { X Y }',
    ['E.X'],
    'type Query { e: E } enum E { Y }',
  ],
  [
    'an optional argument goes alone',
    'type Query { a(x: Int, y: In): Int b: Int } input In { n: Int }',
    ['In'],
    'type Query { a(x: Int): Int b: Int }',
  ],
  [
    'a field goes with an argument that it cannot do without',
    'type Query { a(x: Int, y: In!): Int b: Int } input In { n: Int! m: Int }',
    ['In.n'],
    'type Query { b: Int }',
  ],
  [
    'an input goes on without a field that has a default',
    'type Query { a(y: In!): Int } input In { n: Int! = 1 m: Int }',
    ['In.n'],
    'type Query { a(y: In!): Int } input In { m: Int }',
  ],
  [
    'an input that needs itself goes as a whole',
    'type Query { a(y: In): Int } input In { n: Sub! } input Sub { m: Int }',
    ['Sub.m'],
    'type Query { a: Int }',
  ],
  [
    'a default is shown as far as it can be',
    'type Query { a(f: F = { n: 1, s: UP }, s: S = UP, l: [S!] = [UP]): Int } input F { n: Int s: S } enum S { UP DOWN }',
    ['S.UP'],
    'type Query { a(f: F = { n: 1 }, s: S, l: [S!]): Int } input F { n: Int s: S } enum S { DOWN }',
  ],
  [
    'an argument that takes no null goes with its default',
    'type Query { a(f: F! = { n: 1, s: UP }, s: S! = UP): Int } input F { n: Int s: S! } enum S { UP DOWN }',
    ['S.UP'],
    'type Query { a: Int }',
  ],
  [
    'a union goes on with the members that are left, and goes with the last',
    'type Query { u: U v: V } union U = A | B union V = B type A { x: Int } type B { x: Int }',
    ['B'],
    'type Query { u: U } union U = A type A { x: Int }',
  ],
  [
    'an interface goes on without a field that one of its implementers lacks',
    'type Query { i: I } interface I { x: Int y: Int } type A implements I { x: Int y: Int } type B implements I { x: Int y: Int }',
    ['B.y'],
    'type Query { i: I } interface I { x: Int } type A implements I { x: Int y: Int } type B implements I { x: Int }',
  ],
  [
    'an interface goes on without an argument that one of its implementers lacks',
    'type Query { i: I } interface I { x(n: Int): Int } type A implements I { x(n: Int): Int }',
    ['A.x(n)'],
    'type Query { i: I } interface I { x: Int } type A implements I { x: Int }',
  ],
  [
    'an interface goes with its last implementer',
    'type Query { i: I a: Int } interface I { x: Int } type A implements I { x: Int }',
    ['A'],
    'type Query { a: Int }',
  ],
  [
    'implementers go on without their interface',
    'type Query { i: I a: A } interface I { x: Int } interface J implements I { x: Int } type A implements I & J { x: Int }',
    ['I'],
    'type Query { a: A } interface J { x: Int } type A implements J { x: Int }',
  ],
  [
    'what nothing leads to any more goes: types, scalars, inputs and their own',
    'type Query { a: Int b(i: In): B } type B { c: C f: Float } type C { s: S } scalar S input In { e: E } enum E { X }',
    ['Query.b'],
    'type Query { a: Int }',
  ],
  [
    'an interface that is only implemented leads to no other implementer',
    'type Query { r: R o: P } union R = Done | Wrong type Done { x: Int } interface P { m: String } type Wrong implements P { m: String } type Other implements P { m: String n: Int }',
    ['Query.o'],
    'type Query { r: R } union R = Done | Wrong type Done { x: Int } interface P { m: String } type Wrong implements P { m: String }',
  ],
  [
    'an implementer that nothing leads to has no say about its interface',
    'type Query { a: A b: B } interface P { m: String } type A implements P { m: String } type B implements P { m: String n: Int }',
    ['Query.b', 'B.m'],
    'type Query { a: A } interface P { m: String } type A implements P { m: String }',
  ],
  [
    'mutations go with the last of them',
    'type Query { a: Int } type Mutation { b: Int }',
    ['Mutation.b'],
    'type Query { a: Int }',
  ],
  [
    'directives stay, without what they cannot name any more',
    'directive @d(e: E, f: F) on FIELD directive @n(e: E!) on FIELD type Query { a: Int } enum E { X } enum F { Y }',
    ['E'],
    'directive @d(f: F) on FIELD type Query { a: Int } enum F { Y }',
  ],
];

test.each(cases)('%s', (_what, before, gone, after) => {
  const derived = without(before, ...gone);
  expect(printSchema(derived)).toBe(tidy(after));
  expect(validateSchema(buildSchema(printSchema(derived)))).toEqual([]);
});

test('descriptions, deprecations and specifications stay with what is kept', () => {
  const sdl = `
    "The root." type Query { "A." a("N." n: Int @deprecated(reason: "old")): S @deprecated(reason: "older") b: Int e(i: In): E }
    "S." scalar S @specifiedBy(url: "https://example.com/s")
    "E." enum E { "X." X @deprecated(reason: "oldest") Y } "I." input In @oneOf { "N." n: Int m: Int }`;
  const printed = printSchema(without(sdl, 'Query.b', 'E.Y', 'In.m'));
  expect(printed).toBe(tidy(sdl.replace('b: Int', '').replace(' Y }', ' }').replace(' m: Int }', ' }')));
});

test('nothing left to ask leaves a query type without fields, and nothing of the rest', () => {
  const derived = without('type Query { a: A } type A { x: Int }', 'A.x');
  expect(printSchema(derived)).toBe('type Query');
  expect(printSchema(without('type Query { a: Int }', 'Query'))).toBe('type Query');
});

test('types that are as before are the same objects, which is what keeps many views small', () => {
  const api = buildSchema('type Query { a: A b: B } type A { x: Int b: B } type B { e: E } enum E { X }');
  const derived = deriveSchema(api, (coordinate) => coordinate !== 'A.x');
  expect(derived.getType('B')).toBe(api.getType('B'));
  expect(derived.getType('A')).not.toBe(api.getType('A'));
});
