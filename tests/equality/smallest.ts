import {
  Kind,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/** Takes parts out of an operation as long as it still does what it should not. */
export async function smallest(
  text: string,
  schema: GraphQLSchema,
  isBad: (text: string) => Promise<boolean>,
): Promise<string> {
  let best = text;
  for (let at = 0; ;) {
    const next = without(best, at);
    if (next === undefined) return best;
    if (next !== best && fits(next, schema) && (await isBad(next).catch(() => false))) best = next;
    else at += 1;
  }
}

const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

function fits(text: string, schema: GraphQLSchema): boolean {
  try {
    return validate(schema, parse(text), RULES).length === 0;
  } catch {
    // A selection of nothing.
    return false;
  }
}

/** Without one of its selections or directives, or with what is in a fragment instead; undefined when there are not so many. */
function without(text: string, at: number): string | undefined {
  let count = 0;
  const isNext = () => count++ === at;
  const cut = () => (isNext() ? null : undefined);
  const document: DocumentNode = visit(parse(text), {
    Field: (node) =>
      isNext() ? null : node.alias !== undefined && isNext() ? { ...node, alias: undefined } : undefined,
    FragmentSpread: cut,
    Directive: cut,
    VariableDefinition: cut,
    Argument: cut,
    SelectionSet: (node) => ({
      ...node,
      selections: node.selections.flatMap((one) =>
        one.kind !== Kind.INLINE_FRAGMENT
          ? one
          : isNext()
            ? []
            : isNext()
              ? one.selectionSet.selections
              : one,
      ),
    }),
  });
  if (count <= at) return undefined;
  const used = new Set(text.match(/\.\.\.\s*\w+/g)?.map((name) => name.replaceAll(/\W/g, '')));
  const definitions = document.definitions.filter(
    (node) => node.kind !== Kind.FRAGMENT_DEFINITION || used.has(node.name.value),
  );
  return print({ ...document, definitions }).replaceAll(/\s+/g, ' ');
}
