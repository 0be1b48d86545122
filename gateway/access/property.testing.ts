import { execute, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { untilEnded } from '../testing-lifetime.ts';
import { Choices } from './choices.testing.ts';
import type { Claims } from './corpus/corpus.ts';
import { asked, standing, type Seen, type Stand } from './corpus/stand.ts';
import type { Demand } from './demands.ts';
import { generateOperation, type GeneratedOperation } from './operations.testing.ts';
import { reference, type ReferenceCaller } from './reference.testing.ts';
import { generateSchema } from './schemas.testing.ts';
import { deniedIn } from './sent.testing.ts';
import { worldOf, type GeneratedWorld } from './worlds.testing.ts';

/** One generated schema with what is asked of it. */
export interface Example {
  features: boolean;
  clusters: readonly (readonly number[])[];
  operations: readonly (readonly number[])[];
  callers: readonly (Claims | undefined)[];
}

const list = <T>(of: fc.Arbitrary<T>, length: number) =>
  fc.array(of, { minLength: length, maxLength: length, size: 'max' });
const numbers = (length: number) => list(fc.noBias(fc.nat(9999)), length);

const claims: fc.Arbitrary<Claims | undefined> = fc.option(
  fc
    .record({
      scope: fc.subarray(['s0', 's1', 's2', 's3']).map((names) => names.join(' ')),
      policies: fc.subarray(['p0', 'p1', 'p2']),
      second: fc.constantFrom('fresh', 'old', 'none'),
    })
    .map(({ second, ...rest }) => ({
      ...rest,
      ...(second === 'none' ? {} : { mfaAgo: second === 'fresh' ? 5 : 5000 }),
    })),
  { nil: undefined, freq: 4 },
);

const EVERYTHING: Claims = { scope: 's0 s1 s2 s3', policies: ['p0', 'p1', 'p2'], mfaAgo: 0 };
const POLICIES = Object.fromEntries(['p0', 'p1', 'p2'].map((name) => [name, `'${name}' in claims.policies`]));

/** Schemas of some clusters each, with or without rules nobody can meet. */
export const examples = (
  features: boolean,
  size: { clusters: number; operations: number },
): fc.Arbitrary<Example> =>
  fc.record({
    features: fc.constant(features),
    clusters: list(numbers(300), size.clusters),
    operations: list(numbers(150), size.operations),
    callers: list(claims, 3),
  });

/** How much of an example could be compared. */
export interface Compared {
  compared: number;
  /** Operations that do not fit their schema. */
  invalid: number;
  /** Operations that are answered wrongly even where there are no rules, for which access can do nothing. */
  unsound: number;
}

/** Runs everything one example asks. @throws where the gateway and the reference part */
export async function check(example: Example): Promise<Compared> {
  const clusters = example.clusters.map((one) => new Choices(one));
  const world = worldOf(generateSchema(clusters, example.features), String(example.clusters[0]?.[0]));
  const { started, end } = await untilEnded(async () => {
    const [gated, open] = await Promise.all([
      standing({ subgraphs: world.gated, policies: POLICIES }),
      standing({ subgraphs: world.open }),
    ]);
    return { gated, open };
  });
  try {
    return await checkAll(example, world, started);
  } finally {
    await end();
  }
}

async function checkAll(
  { operations, callers, features }: Example,
  world: GeneratedWorld,
  { gated, open }: { gated: Stand; open: Stand },
): Promise<Compared> {
  const count: Compared = { compared: 0, invalid: 0, unsound: 0 };
  const failures: string[] = [];
  const tell = (failure: unknown) =>
    failures.push(failure instanceof Error ? failure.message : String(failure));
  for (const choices of operations) {
    const operation = generateOperation(new Choices(choices), world.schema);
    if (validate(world.schema, parse(operation.text)).length > 0) {
      count.invalid += 1;
      continue;
    }
    const unruled = await asked(
      open,
      { operation: operation.text, variables: operation.variables },
      undefined,
    );
    if (!isDeepStrictEqual(unruled.body, await executed(world, operation))) {
      count.unsound += 1;
      continue;
    }
    count.compared += 1;
    for (const caller of callers) await checkAgainstReference(world, gated, operation, caller).catch(tell);
    if (!features) await checkOpen(world, gated, unruled, operation).catch(tell);
  }
  const [shortest] = failures.toSorted((a, b) => a.length - b.length);
  if (shortest !== undefined)
    throw new Error(`${failures.length} failures, of which the shortest is: ${shortest}`);
  return count;
}

/** What graphql-js answers for the graph as a whole. */
async function executed(
  { schema, resolve, typeOf }: GeneratedWorld,
  { text, variables }: GeneratedOperation,
) {
  const { data, errors } = await execute({
    schema,
    document: parse(text),
    variableValues: variables,
    typeResolver: typeOf,
    fieldResolver: (parent, args, _, info) =>
      resolve(parent, info.parentType.name, info.fieldName, args as object),
  });
  return JSON.parse(JSON.stringify({ data, errors })) as object;
}

function coerced(world: GeneratedWorld, { text, variables }: GeneratedOperation): Record<string, unknown> {
  const definitions = getOperationAST(parse(text))?.variableDefinitions ?? [];
  return getVariableValues(world.schema, definitions, variables).coerced ?? {};
}

async function checkAgainstReference(
  world: GeneratedWorld,
  gated: Stand,
  operation: GeneratedOperation,
  caller: Claims | undefined,
): Promise<void> {
  const known = callerOf(caller);
  const { text, variables } = operation;
  const expected = reference(world, { text, variables: coerced(world, operation) }, known);
  const seen = await asked(gated, { operation: text, variables }, caller);
  const fail = (what: string): never => {
    const about = { caller: caller ?? 'nobody', variables, expected, seen: seen.body, sent: seen.sent };
    throw new Error(
      [what, text, JSON.stringify(about, undefined, 1), ...schemaFor(text, world)].join('\n\n'),
    );
  };
  if (seen.status !== expected.status) fail(`the status is ${seen.status} and should be ${expected.status}`);
  // The executor has an order of its own where a fragment is written twice.
  if (!isDeepStrictEqual(seen.body.data, expected.data)) fail('the data is another');
  const isChallenged = seen.challenge?.includes('insufficient_user_authentication') ?? false;
  if (isChallenged !== expected.challenged) fail('the challenge is wrong');
  const strange = strangeErrors(seen, expected.errors);
  if (strange !== undefined) fail(strange);
  for (const sent of Object.values(seen.sent).flat()) {
    const denied = deniedIn(sent, world, known);
    if (denied !== undefined) fail(`a subgraph was asked for ${denied}`);
  }
}

/** The parts of the schema an operation is about. */
const schemaFor = (operation: string, { gated }: GeneratedWorld): string[] => {
  const clusters = [...new Set(operation.match(/\bC\d/g) ?? [])];
  const isAbout = (line: string) => !/\bC\d/.test(line) || clusters.some((name) => line.includes(name));
  return Object.values(gated).map(({ sdl }) => sdl.split('\n').filter(isAbout).join('\n'));
};

/** Undefined when each expected error was told in one of its ways, and nothing else. */
function strangeErrors({ body }: Seen, expected: readonly (readonly object[])[]): string | undefined {
  const told = (body.errors ?? []).map(({ message, path, extensions: { code, affectedPath, ...rest } }) =>
    JSON.stringify({ code, message, path, ...(affectedPath === undefined ? {} : { affectedPath }), ...rest }),
  );
  for (const ways of expected) {
    const at = told.findIndex((error) => ways.some((way) => JSON.stringify(way) === error));
    if (at === -1) return `an error is missing: ${JSON.stringify(ways)}`;
    told.splice(at, 1);
  }
  return told.length === 0 ? undefined : `nobody expected the error ${told[0]}`;
}

/** Callers with all rights get what they would get of the same graph without rules. */
async function checkOpen(
  world: GeneratedWorld,
  gated: Stand,
  unruled: Seen,
  { text, variables }: GeneratedOperation,
): Promise<void> {
  const seen = await asked(gated, { operation: text, variables }, EVERYTHING);
  if (seen.text === unruled.text && JSON.stringify(seen.sent) === JSON.stringify(unruled.sent)) return;
  const told = { variables, seen: [seen.text, seen.sent], expected: [unruled.text, unruled.sent] };
  const about = JSON.stringify(told, undefined, 1);
  throw new Error(['all rights are not enough', text, about, ...schemaFor(text, world)].join('\n\n'));
}

function callerOf(caller: Claims | undefined): ReferenceCaller {
  const { scope = '', policies = [], mfaAgo } = caller ?? {};
  const scopes = scope.split(' ');
  const meets = (demand: Demand): boolean => {
    switch (demand.kind) {
      case 'authenticated':
        return caller !== undefined;
      case 'scopes':
        return demand.anyOf.some((all) => all.every((name) => scopes.includes(name)));
      case 'policies':
        return demand.anyOf.some((all) => all.every((name) => policies.includes(name)));
      case 'mfa':
        return mfaAgo !== undefined && mfaAgo <= (demand.maxAge ?? Infinity);
      case 'feature':
        return false;
    }
  };
  return { anonymous: caller === undefined, meets };
}
