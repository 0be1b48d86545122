import { createHash } from 'node:crypto';
import { GraphQLError, Kind, parse, specifiedRules, validate, type DocumentNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { costFormula } from '../cost/cost.ts';
import { Refusal, type Problem } from '../errors/errors.ts';
import type { Generation, PreparedOperation } from '../request.ts';
import { introspects } from './introspection.ts';
import { checkSize, LIMITS } from './size.ts';

/** A valid document and its operations, ready to be picked by name. */
export interface PreparedDocument {
  operations: readonly PreparedOperation[];
}

const MOST_PROBLEMS = 5;

/**
 * Parses, measures and validates: what can be said about a text without its variables or its caller.
 * @throws Refusal
 */
export function prepareDocument(text: string, generation: Generation): PreparedDocument {
  const located = parseDocument(text);
  checkSize(located);
  const problems = validate(generation.schema, located, specifiedRules, { maxErrors: MOST_PROBLEMS });
  if (problems.length > 0) {
    const told = problems.slice(0, MOST_PROBLEMS).map(toProblem);
    throw new Refusal('GRAPHQL_VALIDATION_FAILED', told[0]?.message, { problems: told });
  }
  // The kept tree has no locations, because each would hold on to the whole token list.
  const document = parse(text, { noLocation: true });
  const queryHash = createHash('sha256').update(text).digest('hex');
  return {
    operations: operationsOf(document).map((node) => prepared(node, document, queryHash, generation)),
  };
}

function prepared(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  queryHash: string,
  generation: Generation,
): PreparedOperation {
  if (operation.operation === 'subscription') {
    throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'Subscriptions are not offered.');
  }
  return {
    generation,
    document,
    operation,
    kind: operation.operation,
    name: operation.name?.value,
    queryHash,
    introspects: introspects(operation, document),
    cost: costFormula(operation, document, generation.costs),
  };
}

const operationsOf = (document: DocumentNode): OperationDefinitionNode[] =>
  document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw new Refusal('GRAPHQL_PARSE_FAILED', undefined, { cause });
    if (cause.message.includes('contains more')) {
      throw new Refusal('COST_TOO_HIGH', `The document is too large: over ${LIMITS.tokens} tokens.`, {
        cause,
      });
    }
    throw new Refusal('GRAPHQL_PARSE_FAILED', cause.message, { problems: [toProblem(cause)], cause });
  }
}

/** The wording of graphql-js without its guesses, which would tell names the caller did not know. */
export const withoutGuesses = (message: string): string => message.replace(/ Did you mean [\s\S]*\?$/, '');

const toProblem = ({ message, locations }: GraphQLError): Problem => ({
  message: withoutGuesses(message),
  ...(locations === undefined ? {} : { locations: locations.map(({ line, column }) => ({ line, column })) }),
});
