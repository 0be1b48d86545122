import { fit } from '../documents/documents.ts';
import { Refusal } from '../errors/errors.ts';
import type { Explained, Permitted, Stage, Tenanted } from '../request.ts';
import { applies, type Variables } from './conditions.ts';
import { denialErrors, type DenialWords } from './denials.ts';
import { explainAccess } from './explain.ts';
import { judge } from './operation.ts';
import { permittedOperation, type Granted } from './outcome.ts';
import { onlyMfa, refusalFor } from './refuse.ts';
import { tablesOf } from './tables.ts';
import type { ToldDenials } from './told.ts';
import { fieldsIn } from './tree.ts';
import type { Variant } from './variant.ts';

export { ENFORCED } from './directives.ts';
export { policyFile, type PolicyFile } from './policies.ts';
export { compileAccess, flagsAsked, policiesAsked } from './tables.ts';
export type { DenialWords } from './denials.ts';
export { toldDenials } from './told.ts';

export interface AccessOptions {
  /** What happens to an operation that may not have all it asks for; by default mutations are refused, queries filtered. */
  unauthorized: 'filter' | 'reject' | undefined;
  words: DenialWords;
  /** Keeps account of what was denied. */
  tell?: ToldDenials['tell'] | undefined;
  /** Keeps account of the flags that decided. */
  noteFlags?: ((flags: readonly string[]) => void) | undefined;
}

/** Decides what of the operation this caller gets, before anything is fetched. */
export const access =
  (options: AccessOptions): Stage<Explained, Pick<Permitted, 'permitted'>> =>
  (request) => {
    const { operation, rights, asked } = request;
    const { generation } = operation;
    const tables = tablesOf(generation);
    // Also when what they hide makes the operation one that does not fit.
    if (operation.problems.length === 0) options.noteFlags?.(tables.of(operation).flags);
    const seen = tables.seen(operation.schema, rights);
    const variables = fit(operation, asked.variables, seen.valid);
    if (operation.introspects && !request.introspection && !rights.introspection)
      throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'Introspection is not available here.');
    const circumstances = { mutation: operation.kind === 'mutation', variables: asked.variables };
    const judged = judge(tables.of(operation), tables.rules, tables.decide, rights, circumstances);
    const variant = tables.variant(operation, judged);
    explainAccess(request, { variant, variables });
    if (variant.denied.size > 0) {
      const { demands } = tables.rules;
      options.tell?.(request, { denied: variant.denied.values(), demands, variables });
      refuseWhole(request, { variant, variables }, options);
    }
    return {
      permitted: permittedOperation(request, { variant, variables, visible: seen.usable }, options.words),
    };
  };

/** @throws Refusal when a denial of a part is one of the whole */
function refuseWhole(
  { operation, rights }: Tenanted,
  { variant, variables }: Pick<Granted, 'variant' | 'variables'>,
  { unauthorized, words }: AccessOptions,
): void {
  const { demands } = tablesOf(operation.generation).rules;
  const context = { rights, variables };
  const denied = [...variant.denied.values()];
  if (operation.kind === 'mutation' && unauthorized === undefined) {
    const atRoot = denied.filter(({ entry }) => entry.path.length === 1);
    const errors = denialErrors(atRoot, demands, words, context);
    if (errors.length > 0) throw refusalFor(errors);
    return;
  }
  const errors = denialErrors(denied, demands, words, context);
  if (errors.length === 0) return;
  const isWhole = onlyMfa(errors) && !isSomethingLeft(variant, variables);
  if (unauthorized === 'reject' || isWhole) throw refusalFor(errors);
}

/** Whether any field of the root is asked for that is not denied. */
function isSomethingLeft({ tree, denied, collapsed }: Variant, variables: Variables): boolean {
  const root = [...fieldsIn(tree)].filter(({ path }) => path.length === 1);
  return root.some(
    (entry) => !denied.has(entry) && !collapsed.has(entry) && applies(entry.conditions, variables),
  );
}
