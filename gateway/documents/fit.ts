import { getVariableValues, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { Refusal } from '../errors/errors.ts';
import type { PreparedOperation, Problem } from '../request.ts';
import { withoutGuesses } from './wording.ts';

const MOST_PROBLEMS = 5;

/** Operations that were found to fit a smaller schema than the one they were prepared with. */
const fitting = new WeakMap<GraphQLSchema, WeakSet<PreparedOperation>>();

/**
 * Refuses an operation that does not fit the schema as its caller sees it, in the words that name what never existed.
 * @returns the variables, coerced and with their defaults
 * @throws Refusal GRAPHQL_VALIDATION_FAILED, or BAD_USER_INPUT when a variable is missing or of another type
 */
export function fit(
  operation: PreparedOperation,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Record<string, unknown> {
  if (schema !== operation.schema) checkAgain(operation, schema);
  else if (operation.problems.length > 0) throw unfit(operation.problems);
  const definitions = operation.operation.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: MOST_PROBLEMS });
  if (errors === undefined) return coerced;
  const problems = errors
    .slice(0, MOST_PROBLEMS)
    .map(({ message }) => ({ message: withoutGuesses(message) }));
  throw new Refusal('BAD_USER_INPUT', problems[0]?.message, { problems });
}

function checkAgain(operation: PreparedOperation, schema: GraphQLSchema): void {
  let known = fitting.get(schema);
  if (known === undefined) fitting.set(schema, (known = new WeakSet()));
  if (known.has(operation)) return;
  const problems = problemsOf(operation.text, schema);
  if (problems.length > 0) throw unfit(problems);
  known.add(operation);
}

/** Why a text, which parses, does not fit a schema; the first few reasons. */
export const problemsOf = (text: string, schema: GraphQLSchema): Problem[] =>
  validate(schema, parse(text), specifiedRules, { maxErrors: MOST_PROBLEMS })
    .slice(0, MOST_PROBLEMS)
    .map(({ message, locations }) => ({
      message: withoutGuesses(message),
      ...(locations === undefined
        ? {}
        : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    }));

const unfit = (problems: readonly Problem[]): Refusal =>
  new Refusal('GRAPHQL_VALIDATION_FAILED', problems[0]?.message, { problems });
