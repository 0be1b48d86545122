import { Kind, parse, valueFromASTUntyped, type DocumentNode, type SelectionSetNode } from 'graphql';
import { forEachElement } from '../elements.ts';

/** What a field is worked out from, as fragments on the type it is on; by coordinate. */
type Required = ReadonlyMap<string, readonly DocumentNode[]>;

const compiled = new WeakMap<DocumentNode, Required>();

/** Reads what `@requires` says, once for each supergraph. */
export function compileRequired(supergraph: DocumentNode): Required {
  let required = compiled.get(supergraph);
  if (required === undefined) compiled.set(supergraph, (required = requiredOf(supergraph)));
  return required;
}

function requiredOf(supergraph: DocumentNode): Required {
  const required = new Map<string, DocumentNode[]>();
  forEachElement(supergraph, (coordinate, directives) => {
    for (const { name, arguments: given = [] } of directives) {
      const argument = given.find((one) => one.name.value === 'requires');
      if (name.value !== 'join__field' || argument === undefined) continue;
      const selection = valueFromASTUntyped(argument.value) as string;
      const fragment = parse(`fragment Required on ${typeOf(coordinate)} { ${selection} }`);
      required.set(coordinate, [...(required.get(coordinate) ?? []), fragment]);
    }
  });
  return required;
}

const typeOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';

/** Coordinates of the fields that others are worked out from. */
export function compileFeeding(supergraph: DocumentNode): ReadonlySet<string> {
  const feeding = new Set<string>();
  for (const [coordinate, fragments] of compileRequired(supergraph))
    for (const node of fragments.flatMap(({ definitions }) => definitions))
      if (node.kind === Kind.FRAGMENT_DEFINITION)
        for (const field of namesIn(node.selectionSet)) feeding.add(`${typeOf(coordinate)}.${field}`);
  return feeding;
}

/** The fields of the outermost object of a selection such as `price size { width }`. */
const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    return node.kind === Kind.INLINE_FRAGMENT ? namesIn(node.selectionSet) : [];
  });
