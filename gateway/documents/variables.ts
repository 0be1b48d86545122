import { getVariableValues, type GraphQLError } from 'graphql';
import { Refusal } from '../errors/errors.ts';
import type { PreparedOperation } from '../request.ts';
import { withoutGuesses } from './prepare.ts';

const MOST_PROBLEMS = 5;

/** @throws Refusal BAD_USER_INPUT when a variable is missing or of another type. */
export function checkVariables(
  { generation, operation }: PreparedOperation,
  variables: Readonly<Record<string, unknown>>,
): void {
  const definitions = operation.variableDefinitions ?? [];
  if (definitions.length === 0) return;
  const { errors } = getVariableValues(generation.schema, definitions, variables, {
    maxErrors: MOST_PROBLEMS,
  });
  if (errors === undefined) return;
  const problems = errors.slice(0, MOST_PROBLEMS).map((error: GraphQLError) => ({
    message: withoutGuesses(error.message),
  }));
  throw new Refusal('BAD_USER_INPUT', problems[0]?.message, { problems });
}
