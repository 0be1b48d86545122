import {
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';
import { forEachElement } from '../elements.ts';
import type { PreparedOperation } from '../request.ts';

const known = new WeakMap<PreparedOperation, readonly string[]>();
const fields = new WeakMap<DocumentNode, ReadonlyMap<string, readonly string[]>>();

/** The subgraphs that fields of the root are of, worked out once for each operation; one nobody knows is called so. */
export function subgraphsOfRoot(prepared: PreparedOperation): readonly string[] {
  let found = known.get(prepared);
  if (found === undefined) known.set(prepared, (found = subgraphsOf(prepared)));
  return found;
}

const UNKNOWN = ['of nobody'];

function subgraphsOf({ operation, document, generation, kind }: PreparedOperation): readonly string[] {
  const { supergraph } = generation;
  const type = kind === 'mutation' ? supergraph.types.getMutationType() : supergraph.types.getQueryType();
  const byField = fieldsOf(supergraph.document);
  // What every type has is of no subgraph.
  const names = [...namesIn(operation.selectionSet, document)].filter((name) => !name.startsWith('__'));
  return [...new Set(names.flatMap((name) => byField.get(`${type?.name}.${name}`) ?? UNKNOWN))];
}

/** Names of subgraphs by coordinate of a field. */
function fieldsOf(document: DocumentNode): ReadonlyMap<string, readonly string[]> {
  let found = fields.get(document);
  if (found !== undefined) return found;
  const graphs = new Map<string, string>();
  const places = new Map<string, string[]>();
  forEachElement(document, (coordinate, directives) => {
    const value = coordinate.split('.')[1] ?? '';
    for (const directive of directives) {
      if (directive.name.value === 'join__graph') graphs.set(value, argument(directive, 'name'));
      else if (directive.name.value === 'join__field')
        places.set(coordinate, [...(places.get(coordinate) ?? []), argument(directive, 'graph')]);
    }
  });
  found = new Map(
    [...places].map(([coordinate, of]) => [coordinate, of.map((graph) => graphs.get(graph) ?? '')]),
  );
  fields.set(document, found);
  return found;
}

function argument({ arguments: given = [] }: ConstDirectiveNode, wanted: string): string {
  const found = given.find(({ name }) => name.value === wanted);
  return found === undefined ? '' : String(valueFromASTUntyped(found.value));
}

function* namesIn({ selections }: SelectionSetNode, document: DocumentNode): Generator<string> {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) yield node.name.value;
    else if (node.kind === Kind.INLINE_FRAGMENT) yield* namesIn(node.selectionSet, document);
    else
      for (const one of document.definitions)
        if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value)
          yield* namesIn(one.selectionSet, document);
  }
}
