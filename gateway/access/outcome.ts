import { execute, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Fetched } from '../fetched.ts';
import type { Explained, Outcome, PermittedOperation } from '../request.ts';
import { complete } from './complete.ts';
import type { Variables } from './conditions.ts';
import { denialErrors, type DenialWords } from './denials.ts';
import { explainField } from './explain.ts';
import { tablesOf } from './tables.ts';
import type { Variant } from './variant.ts';

/** What was decided for one request. */
export interface Granted {
  variant: Variant;
  /** Coerced, with their defaults. */
  variables: Variables;
  /** The schema as the caller may know it. */
  visible: () => GraphQLSchema;
}

/** The variant as the executor needs it, and how its answer becomes the client's. */
export function permittedOperation(
  request: Explained,
  granted: Granted,
  words: DenialWords,
): PermittedOperation {
  const { document, operation, queryHash, changed } = granted.variant;
  const { name } = request.operation;
  return {
    planned: document === undefined ? undefined : { document, operation, name, queryHash },
    isAll: !changed,
    complete: (fetched) =>
      changed ? completed(request, granted, fetched, words) : { result: fetched, denied: [] },
  };
}

function completed(request: Explained, granted: Granted, fetched: Fetched, words: DenialWords): Outcome {
  const { operation, rights } = request;
  const { variant, variables } = granted;
  const { rules } = tablesOf(operation.generation);
  const told = describeSchema(granted, operation.name);
  const errors = [...(fetched.errors ?? []), ...(told.errors ?? [])];
  const result = { ...fetched, ...(errors.length === 0 ? {} : { errors }) };
  const denials = [...variant.denied.values()];
  const context = { rights, variables };
  if (fetched.data === null || fetched.data === undefined)
    return { result, denied: denialErrors(denials, rules.demands, words, context) };
  const data = { ...fetched.data, ...told.data };
  const { data: done, withheld, placed } = complete(data, variant, { schema: rules.schema, variables });
  for (const { entry, failed } of withheld) explainField(request, entry, failed);
  return {
    result: { ...result, data: done },
    denied: denialErrors([...denials, ...withheld], rules.demands, words, { ...context, placed }),
  };
}

/** Answers `__schema` and `__type` by the schema the caller may know. */
function describeSchema(
  { variant, variables, visible }: Granted,
  operationName: string | undefined,
): ExecutionResult {
  if (variant.schemaDocument === undefined) return {};
  const asked = { schema: visible(), document: variant.schemaDocument, variableValues: variables };
  // Nothing about a schema is asynchronous.
  return execute({ ...asked, operationName: operationName ?? null }) as ExecutionResult;
}
