import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { execute, parse, validate } from 'graphql';
import { untilEnded } from '../../testing-lifetime.ts';
import type { Claims } from '../corpus/corpus.ts';
import { asked, standing, type Stand } from '../corpus/stand.ts';
import { Choices } from './choices.ts';
import { checkAgainstReference, checkOpen } from './compare.ts';
import { generateOperation, type GeneratedOperation } from './operations.ts';
import { generateSchema } from './schemas.ts';
import { worldOf, type GeneratedWorld } from './worlds.ts';

/** One generated schema with what is asked of it. */
interface Example {
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

/** How much of an example could be compared. */
interface Compared {
  compared: number;
  /** Operations that do not fit their schema. */
  invalid: number;
  /** Operations that are answered wrongly even where there are no rules, for which access can do nothing. */
  unsound: number;
}

/** What to generate. */
export interface Amount {
  /** Whether there are rules that no token meets, and elements nobody sees. */
  features: boolean;
  examples: number;
  /** Of each example. */
  operations: number;
  seed: number;
}

const CLUSTERS = 6;

/** Generates schemas, operations and callers, and compares. @throws with what has to be known to do it again */
export async function checkExamples({ features, examples, operations, seed }: Amount): Promise<Compared> {
  const total: Compared = { compared: 0, invalid: 0, unsound: 0 };
  const arbitrary: fc.Arbitrary<Example> = fc.record({
    features: fc.constant(features),
    clusters: list(numbers(300), CLUSTERS),
    operations: list(numbers(150), operations),
    callers: list(claims, 3),
  });
  const property = fc.asyncProperty(arbitrary, async (example) => {
    const { compared, invalid, unsound } = await check(example);
    total.compared += compared;
    total.invalid += invalid;
    total.unsound += unsound;
  });
  // A failure names its shortest operation itself, and each smaller schema would need gateways of its own.
  const result = await fc.check(property, { seed, numRuns: examples, endOnFailure: true });
  if (!result.failed) return total;
  const reason = result.errorInstance instanceof Error ? result.errorInstance.message : 'no reason';
  throw new Error(`seed ${seed}, example ${result.counterexamplePath}: ${reason}`);
}

/** Runs everything one example asks. @throws where the gateway and the reference part */
async function check(example: Example): Promise<Compared> {
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
    const question = { operation: operation.text, variables: operation.variables };
    const unruled = await asked(open, question, undefined);
    if (!isDeepStrictEqual(unruled.body, await executed(world, operation))) {
      count.unsound += 1;
      continue;
    }
    count.compared += 1;
    for (const caller of callers) await checkAgainstReference(world, gated, operation, caller).catch(tell);
    if (!features) await checkOpen(world, gated, unruled, operation, EVERYTHING).catch(tell);
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
