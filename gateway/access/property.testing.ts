import {
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
  type GraphQLNamedType,
  type SelectionSetNode,
} from 'graphql';
import fc from 'fast-check';
import { untilEnded } from '../testing-lifetime.ts';
import { Choices } from './choices.testing.ts';
import type { Claims } from './corpus/corpus.ts';
import { asked, standing, type Seen, type Stand } from './corpus/stand.ts';
import type { Demand } from './demands.ts';
import { generateOperation, type GeneratedOperation } from './operations.testing.ts';
import { reference, type ReferenceCaller } from './reference.testing.ts';
import { generateSchema } from './schemas.testing.ts';
import { worldOf, type GeneratedWorld } from './worlds.testing.ts';

/** One generated schema with what is asked of it. */
export interface Example {
  subgraphs: 1 | 2;
  features: boolean;
  schema: readonly number[];
  operations: readonly (readonly number[])[];
  callers: readonly (Claims | undefined)[];
}

const numbers = (length: number) =>
  fc.array(fc.noBias(fc.nat(9999)), { minLength: length, maxLength: length, size: 'max' });

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

export const examples = (operations: number, least = operations): fc.Arbitrary<Example> =>
  fc.record({
    subgraphs: fc.constantFrom(1 as const, 2 as const),
    features: fc.boolean(),
    schema: numbers(400),
    operations: fc.array(numbers(150), { minLength: least, maxLength: operations, size: 'max' }),
    callers: fc.array(claims, { minLength: least === operations ? 3 : 1, maxLength: 3 }),
  });

/** Runs everything one example asks. @throws where the gateway and the reference part */
export async function check(example: Example): Promise<number> {
  const generated = generateSchema(new Choices(example.schema), example);
  const world = worldOf(generated, example.subgraphs, String(example.schema[0]));
  const { started, end } = await untilEnded(async () => {
    const gated = await standing({ subgraphs: world.gated, policies: POLICIES });
    const open = example.features ? undefined : await standing({ subgraphs: world.open });
    return { gated, open };
  });
  try {
    return await checkAll(example, world, started);
  } finally {
    await end();
  }
}

async function checkAll(
  { operations, callers }: Example,
  world: GeneratedWorld,
  { gated, open }: { gated: Stand; open: Stand | undefined },
): Promise<number> {
  let count = 0;
  const failures: string[] = [];
  const tell = (failure: unknown) =>
    failures.push(failure instanceof Error ? failure.message : String(failure));
  for (const choices of operations) {
    const operation = generateOperation(new Choices(choices), world.schema);
    if (validate(world.schema, parse(operation.text)).length > 0) continue;
    count += 1;
    for (const caller of callers) await checkAgainstReference(world, gated, operation, caller).catch(tell);
    if (open !== undefined) await checkOpen(world, gated, open, operation).catch(tell);
  }
  const [shortest] = failures.toSorted((a, b) => a.length - b.length);
  if (shortest !== undefined)
    throw new Error(`${failures.length} failures, of which the shortest is: ${shortest}`);
  return count;
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
    const texts = Object.values(world.gated).map(({ sdl }) => sdl.replaceAll(/\n\s*/g, '\n'));
    throw new Error([what, text, JSON.stringify(about, undefined, 1), ...texts].join('\n\n'));
  };
  if (seen.status !== expected.status) fail(`the status is ${seen.status} and should be ${expected.status}`);
  if (JSON.stringify(seen.body.data) !== JSON.stringify(expected.data)) fail('the data is another');
  const isChallenged = seen.challenge?.includes('insufficient_user_authentication') ?? false;
  if (isChallenged !== expected.challenged) fail('the challenge is wrong');
  const strange = strangeErrors(seen, expected.errors);
  if (strange !== undefined) fail(strange);
  for (const sent of Object.values(seen.sent).flat()) {
    const denied = deniedIn(sent, world, known);
    if (denied !== undefined) fail(`a subgraph was asked for ${denied}`);
  }
}

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
  open: Stand,
  { text: operation, variables }: GeneratedOperation,
): Promise<void> {
  const seen = await asked(gated, { operation, variables }, EVERYTHING);
  const { text, sent } = await asked(open, { operation, variables }, undefined);
  if (seen.text === text && JSON.stringify(seen.sent) === JSON.stringify(sent)) return;
  const about = JSON.stringify(
    { variables, seen: [seen.text, seen.sent], expected: [text, sent] },
    undefined,
    1,
  );
  throw new Error(
    ['all rights are not enough', operation, about, ...Object.values(world.gated).map(({ sdl }) => sdl)].join(
      '\n\n',
    ),
  );
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

/** A field in what a subgraph was asked that the caller may not have; keys are for the gateway itself. */
function deniedIn(
  sent: string,
  { schema, rules }: GeneratedWorld,
  { meets }: ReferenceCaller,
): string | undefined {
  const isDenied = (coordinate: string) => (rules.get(coordinate) ?? []).some((demand) => !meets(demand));
  const document = parse(sent);
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const search = ({ selections }: SelectionSetNode, on: GraphQLNamedType | undefined): string | undefined => {
    for (const node of selections) {
      if (node.kind !== Kind.FIELD) {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        const condition = fragment?.typeCondition?.name.value;
        const found =
          fragment && search(fragment.selectionSet, condition === undefined ? on : schema.getType(condition));
        if (found !== undefined) return found;
        continue;
      }
      const name = node.name.value;
      const field = isObjectType(on) || isInterfaceType(on) ? on.getFields()[name] : undefined;
      if (field !== undefined && name !== 'id') {
        const types = isAbstractType(on)
          ? schema.getPossibleTypes(on).map((one) => one.name)
          : [on?.name ?? ''];
        const returned = getNamedType(field.type).name;
        const coordinates = types.flatMap((type) => [
          type,
          `${type}.${name}`,
          ...(isAbstractType(getNamedType(field.type)) ? [] : [returned]),
        ]);
        const denied = coordinates.find(isDenied);
        if (denied !== undefined) return `${on?.name}.${name} (${denied})`;
      }
      const below = node.selectionSet && search(node.selectionSet, field && getNamedType(field.type));
      if (below !== undefined) return below;
    }
    return undefined;
  };
  const operation = getOperationAST(document);
  const root = operation?.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  return operation ? search(operation.selectionSet, root ?? undefined) : 'nothing';
}
