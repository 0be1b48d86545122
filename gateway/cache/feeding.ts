import { Kind, parse, valueFromASTUntyped, type DocumentNode, type SelectionSetNode } from 'graphql';
import { forEachElement } from '../elements.ts';

const compiled = new WeakMap<DocumentNode, ReadonlySet<string>>();

/** Coordinates of the fields that others are worked out from, as `@requires` says; read once for each supergraph. */
export function compileFeeding(supergraph: DocumentNode): ReadonlySet<string> {
  let feeding = compiled.get(supergraph);
  if (feeding === undefined) compiled.set(supergraph, (feeding = feedingOf(supergraph)));
  return feeding;
}

function feedingOf(supergraph: DocumentNode): ReadonlySet<string> {
  const feeding = new Set<string>();
  forEachElement(supergraph, (coordinate, directives) => {
    const [type = ''] = coordinate.split('.');
    for (const { name, arguments: given = [] } of directives) {
      const required = given.find((one) => one.name.value === 'requires');
      if (name.value !== 'join__field' || required === undefined) continue;
      for (const field of fieldsIn(valueFromASTUntyped(required.value))) feeding.add(`${type}.${field}`);
    }
  });
  return feeding;
}

/** The fields of the outermost object of a selection such as `price size { width }`. */
function fieldsIn(selection: unknown): string[] {
  if (typeof selection !== 'string') return [];
  const [definition] = parse(`{${selection}}`).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? namesIn(definition.selectionSet) : [];
}

const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    return node.kind === Kind.INLINE_FRAGMENT ? namesIn(node.selectionSet) : [];
  });
