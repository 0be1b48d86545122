import { createHash } from 'node:crypto';
import { GraphQLError, Kind, parse, type DocumentNode } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { costFormula } from '../cost/cost.ts';
import { Refusal } from '../errors/errors.ts';
import type { Generation, PreparedOperation, Problem } from '../request.ts';
import { problemsOf } from './fit.ts';
import { introspects } from './introspection.ts';
import { checkSize, LIMITS } from './size.ts';
import { withoutGuesses } from './wording.ts';

/** A document's operations, ready to be picked by name. */
export interface PreparedDocument {
  operations: readonly PreparedOperation[];
  /** Whether it fits the schema; one that does not is refused once it is known who asks. */
  valid: boolean;
}

/**
 * Parses, measures and validates: what can be said about a text without its variables or its caller.
 * @throws Refusal
 */
export function prepareDocument(text: string, generation: Generation): PreparedDocument {
  const located = parseDocument(text);
  checkSize(located);
  const problems = problemsOf(text, generation.schema);
  // The kept tree has no locations, because each would hold on to the whole token list.
  const document = parse(text, { noLocation: true });
  const queryHash = createHash('sha256').update(text).digest('hex');
  const common = { generation, schema: generation.schema, text, problems, document, queryHash };
  return {
    operations: operationsOf(document).map((node) => prepared(node, common)),
    valid: problems.length === 0,
  };
}

type OfDocument = 'generation' | 'schema' | 'text' | 'problems' | 'document' | 'queryHash';

function prepared(
  operation: OperationDefinitionNode,
  common: Pick<PreparedOperation, OfDocument>,
): PreparedOperation {
  if (operation.operation === 'subscription') {
    throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'Subscriptions are not offered.');
  }
  return {
    ...common,
    operation,
    kind: operation.operation,
    name: operation.name?.value,
    introspects: introspects(operation, common.document),
    cost: costFormula(operation, common.document, common.generation.costs),
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

const toProblem = ({ message, locations }: GraphQLError): Problem => ({
  message: withoutGuesses(message),
  ...(locations === undefined ? {} : { locations: locations.map(({ line, column }) => ({ line, column })) }),
});
