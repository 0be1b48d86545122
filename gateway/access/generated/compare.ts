import { isDeepStrictEqual } from 'node:util';
import type { ErrorCode } from '@chorus/shared/errors.ts';
import { getOperationAST, getVariableValues, parse, validate, type GraphQLError } from 'graphql';
import type { Claims } from '../corpus/corpus.ts';
import { asked, type Seen, type Stand } from '../corpus/stand.ts';
import type { Demand } from '../demands.ts';
import { reference, type ReferenceAnswer, type ReferenceCaller } from '../reference.testing.ts';
import type { GeneratedOperation } from './operations.ts';
import { deniedIn } from './sent.ts';
import type { GeneratedWorld } from './worlds.ts';

/** What must come of an operation: it is refused where it does not fit what anybody can see. */
function expectedOf(
  world: GeneratedWorld,
  { text, variables }: GeneratedOperation,
  caller: ReferenceCaller,
): ReferenceAnswer {
  const document = parse(text);
  const problems = validate(world.visible, document);
  if (problems.length > 0) return refused('GRAPHQL_VALIDATION_FAILED', problems);
  const definitions = getOperationAST(document)?.variableDefinitions ?? [];
  const { errors, coerced } = getVariableValues(world.visible, definitions, variables);
  if (errors !== undefined) return refused('BAD_USER_INPUT', errors);
  return reference(world, { text, variables: coerced }, caller);
}

const MOST_PROBLEMS = 5;

function refused(code: ErrorCode, problems: readonly GraphQLError[]): ReferenceAnswer {
  const errors = problems.slice(0, MOST_PROBLEMS).map(({ message }) => [
    // Guesses would tell names.
    { code, message: message.replace(/ Did you mean [\s\S]*\?$/, '') },
  ]);
  return { status: 200, challenged: false, data: undefined, errors };
}

/** @throws where the answer is another than the rules say, or a subgraph was asked for what is denied */
export async function checkAgainstReference(
  world: GeneratedWorld,
  gated: Stand,
  operation: GeneratedOperation,
  caller: Claims | undefined,
): Promise<void> {
  const known = callerOf(caller);
  const { text, variables } = operation;
  const expected = expectedOf(world, operation, known);
  const seen = await asked(gated, { operation: text, variables }, caller);
  const fail = (what: string): never => {
    const about = { caller: caller ?? 'nobody', variables, expected, seen: seen.body, sent: seen.sent };
    throw new Error(
      [what, text, JSON.stringify(about, undefined, 1), ...schemaFor(text, world)].join('\n\n'),
    );
  };
  const strange = strangeAnswer(seen, expected);
  if (strange !== undefined) fail(strange);
  for (const sent of Object.values(seen.sent).flat()) {
    const denied = deniedIn(sent, world, known);
    if (denied !== undefined) fail(`a subgraph was asked for ${denied}`);
  }
}

/** What is wrong with an answer; undefined when nothing is. */
function strangeAnswer(seen: Seen, expected: ReferenceAnswer): string | undefined {
  if (seen.status !== expected.status) return `the status is ${seen.status} and should be ${expected.status}`;
  // The executor has an order of its own where a fragment is written twice.
  if (!isDeepStrictEqual(seen.body.data, expected.data)) return 'the data is another';
  const isChallenged = seen.challenge?.includes('insufficient_user_authentication') ?? false;
  if (isChallenged !== expected.challenged) return 'the challenge is wrong';
  return strangeErrors(seen, expected.errors);
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
export async function checkOpen(
  world: GeneratedWorld,
  gated: Stand,
  unruled: Seen,
  { text, variables }: GeneratedOperation,
  everything: Claims,
): Promise<void> {
  const seen = await asked(gated, { operation: text, variables }, everything);
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
