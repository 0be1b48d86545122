import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { breaksBetween } from './breaking-changes.ts';

const RELEASED = `
  interface Named { name: String }
  type Query { plan(id: ID, in: Currency, at: Int! = 1): Plan search(filter: Filter): [Found!] named: Named }
  type Plan implements Named { name: String price: Int! }
  type Mention { id: ID! }
  type Tracker implements Named { name: String only: OnlyHere }
  type OnlyHere { x: Int }
  type Unreachable { x: Int }
  union Found = Plan | Mention
  enum Currency { EUR USD }
  input Filter { text: String most: Int! = 10 }
`;
const NOW = new Date('2027-02-01T00:00:00Z');

/** The breaks when one piece of the released schema is replaced by another. */
function breaksWith(from: string, to: string): Promise<string[]> {
  expect(RELEASED).toContain(from);
  return breaksBetween(RELEASED, RELEASED.replace(from, to), NOW);
}

test.each([
  ['a field removed', 'price: Int!', '', "Field 'price' was removed from object type 'Plan'"],
  [
    'a field of another type',
    'price: Int!',
    'price: String!',
    "Field 'Plan.price' changed type from 'Int!' to 'String!'",
  ],
  [
    'a field that may be null now',
    'price: Int!',
    'price: Int',
    "Field 'Plan.price' changed type from 'Int!' to 'Int'",
  ],
  ['an argument removed', 'id: ID, ', '', "Argument 'id: ID' was removed from field 'Query.plan'"],
  [
    'an argument made required',
    'id: ID,',
    'id: ID!,',
    "Type for argument 'id' on field 'Query.plan' changed from 'ID' to 'ID!'",
  ],
  [
    'an argument required by losing its default',
    'at: Int! = 1',
    'at: Int!',
    "Default value for argument 'at' on field 'Query.plan' changed from '1' to 'undefined'",
  ],
  [
    'a required argument added',
    'id: ID,',
    'id: ID, other: Int!,',
    "Argument 'other: Int!' added to field 'Query.plan'",
  ],
  ['an enum value removed', 'EUR USD', 'EUR', "Enum value 'USD' was removed from enum 'Currency'"],
  [
    'an input field removed',
    'text: String',
    '',
    "Input field 'text' was removed from input object type 'Filter'",
  ],
  [
    'an input field made required',
    'text: String',
    'text: String!',
    "Input field 'Filter.text' changed type from 'String' to 'String!'",
  ],
  [
    'an input field required by losing its default',
    'most: Int! = 10',
    'most: Int!',
    "Input field 'Filter.most' default value changed from '10' to 'undefined'",
  ],
  [
    'a required input field added',
    'text: String',
    'text: String other: Int!',
    "Input field 'other' of type 'Int!' was added to input object type 'Filter'",
  ],
  [
    'a union member removed',
    'Plan | Mention',
    'Plan',
    "Member 'Mention' was removed from Union type 'Found'",
  ],
  [
    'an interface removed',
    'Plan implements Named',
    'Plan',
    "'Plan' object type no longer implements 'Named' interface",
  ],
  [
    'a field of a type known by its interface alone',
    'only: OnlyHere',
    '',
    "Field 'only' was removed from object type 'Tracker'",
  ],
])('%s is refused', async (_, from, to, sentence) => {
  expect(await breaksWith(from, to)).toEqual([sentence]);
});

test.each([
  ['nothing', 'EUR USD', 'EUR USD'],
  ['a field added', 'price: Int!', 'price: Int! other: Int'],
  ['a type added', 'type Mention', 'type Other { x: Int } type Mention'],
  ['an optional argument added', 'id: ID,', 'id: ID, other: Int,'],
  ['an argument with a default added', 'id: ID,', 'id: ID, other: Int! = 1,'],
  ['an optional input field added', 'text: String', 'text: String other: Int'],
  ['an enum value added', 'EUR USD', 'EUR USD GBP'],
  ['a member of a union added', 'Plan | Mention', 'Plan | Mention | Tracker'],
  ['a field that is never null now', 'name: String price', 'name: String! price'],
  ['an argument that may be left out', 'at: Int! = 1', 'at: Int = 1'],
  ['another default', 'at: Int! = 1', 'at: Int! = 2'],
  [
    'a deprecation',
    'price: Int!',
    'price: Int! @deprecated(reason: "Deprecated 2027-02-01, removed 2027-06-01.")',
  ],
  ['another description', 'type Mention', '"What somebody said." type Mention'],
  ['a type gone that nobody can ask for', 'type Unreachable { x: Int }', ''],
])('%s is allowed', async (_, from, to) => {
  expect(await breaksWith(from, to)).toEqual([]);
});

const announced = (removed: string) =>
  `@deprecated(reason: "Use x. Deprecated 2026-11-01, removed ${removed}.")`;

const deprecated = (because: string) => `
  type Query { a(x: Int, y: Int ${because}): Int b: B ${because} i(i: I, e: E): Int }
  type B { c: C }
  type C { x: Int }
  enum E { P Q ${because} }
  input I { f: Int g: Int ${because} }
`;
const REMOVED = 'type Query { a(x: Int): Int i(i: I, e: E): Int } enum E { P } input I { f: Int }';

test('what was deprecated long enough may be gone, and with it what only it led to', async () => {
  expect(await breaksBetween(deprecated(announced('2027-02-01')), REMOVED, NOW)).toEqual([]);
});

test.each([
  ['before its day', announced('2027-02-02')],
  ['with less than 90 days of notice', announced('2027-01-15')],
  ['without dates', '@deprecated(reason: "Use x.")'],
  ['without notice', ''],
])('a removal is refused %s', async (_, because) => {
  const breaks = await breaksBetween(deprecated(because), REMOVED, NOW);
  expect(breaks.map((sentence) => sentence.replace(' (deprecated)', ''))).toEqual([
    "Type 'B' was removed",
    "Type 'C' was removed",
    "Field 'b' was removed from object type 'Query'",
    "Argument 'y: Int' was removed from field 'Query.a'",
    "Enum value 'Q' was removed from enum 'E'",
    "Input field 'g' was removed from input object type 'I'",
  ]);
});

test('a deprecation that was never released does not count', async () => {
  expect(await breaksBetween(deprecated(''), deprecated(announced('2027-02-01')), NOW)).toEqual([]);
  expect(await breaksBetween(deprecated(''), REMOVED, NOW)).toHaveLength(6);
});

/** A folder of schemas, and the two commands over it. */
function schemas(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-schemas-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'released'));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) put(name, text);
  const run = (script: string, ...args: string[]) => {
    const { status, stderr } = spawnSync('node', [join(import.meta.dirname, script), ...args, folder], {
      encoding: 'utf8',
    });
    return { status, stderr };
  };
  return {
    put,
    check: () => run('check-breaking.ts'),
    release: (...args: string[]) => run('release-schema.ts', ...args),
    released: (name: string) => readFileSync(join(folder, 'released', name), 'utf8'),
  };
}

const GENERATED = '# Generated.\ntype Query { a: Int b: Int }\n';
const BROKEN = '# Generated.\ntype Query { a: Int }\n';

test('a break is refused by the check and by the release, until somebody says why', () => {
  const { put, check, release, released } = schemas({ 'schema.graphql': GENERATED });
  expect(check()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no released version') as string,
  });
  expect(release().status).toBe(0);
  expect(check()).toEqual({ status: 0, stderr: '' });

  put('schema.graphql', BROKEN);
  const sentence = "schema.graphql: Field 'b' was removed from object type 'Query'.";
  expect(check()).toMatchObject({ status: 1, stderr: expect.stringContaining(sentence) as string });
  expect(release()).toMatchObject({ status: 1, stderr: expect.stringContaining(sentence) as string });
  expect(release('--breaking', ' ').status).toBe(1);
  expect(released('schema.graphql')).toContain('b: Int');

  expect(release('--breaking', 'b told\ntoo much').status).toBe(0);
  expect(check()).toEqual({ status: 0, stderr: '' });
  expect(released('schema.graphql')).toBe(
    '# Released by npm run release:schema; do not edit.\n# Breaks clients: b told too much\ntype Query { a: Int }\n',
  );
});

test('the schema of partners is held to the same, and cannot be taken away', () => {
  const { check } = schemas({
    'schema.graphql': GENERATED,
    'released/schema.graphql': GENERATED,
    'released/partner.graphql': GENERATED,
  });
  expect(check()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('partner.graphql: The schema was removed.') as string,
  });
});
