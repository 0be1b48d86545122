import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { PreparedOperation } from '../request.ts';

type Path = readonly (string | number)[];
type Fragments = ReadonlyMap<string, SelectionSetNode>;

/**
 * The part of a path that exists in the client's operation: planner-made fields and list markers end it.
 * Undefined when nothing is left.
 */
export function clientPath(path: Path, { document, operation }: PreparedOperation): Path | undefined {
  const part = knownPart(path, document, operation);
  return part.length === 0 ? undefined : part;
}

function knownPart(path: Path, document: DocumentNode, operation: OperationDefinitionNode): Path {
  const fragments: Fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  let selections: readonly SelectionSetNode[] = [operation.selectionSet];
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') continue;
    const below = fieldsNamed(step, selections, fragments);
    if (below === undefined) return path.slice(0, index);
    selections = below;
  }
  return path;
}

/** The selections below a response name; undefined when no field has it. */
function fieldsNamed(name: string, sets: readonly SelectionSetNode[], fragments: Fragments) {
  const below: SelectionSetNode[] = [];
  const seen = new Set<SelectionSetNode>();
  let found = false;
  const search = (set: SelectionSetNode | undefined): void => {
    if (set === undefined || seen.has(set)) return;
    seen.add(set);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) search(fragments.get(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) search(selection.selectionSet);
      else if ((selection.alias ?? selection.name).value === name) {
        found = true;
        if (selection.selectionSet !== undefined) below.push(selection.selectionSet);
      }
    }
  };
  for (const set of sets) search(set);
  return found ? below : undefined;
}
