import type { DirectiveNode, FieldNode, GraphQLOutputType, NamedTypeNode } from 'graphql';

/**
 * A selection set with everything about access that does not depend on the caller. Named fragments are written out;
 * the size of operations is bounded before.
 */
export interface SelectionTree {
  /** The object types its object can be. */
  types: readonly string[];
  entries: readonly Entry[];
  /** Types of `types` that do not exist without a flag, with the flags' demands. */
  hidden: ReadonlyMap<string, readonly number[]>;
}

export type Entry = FieldEntry | FragmentEntry;

export interface FieldEntry {
  kind: 'field';
  node: FieldNode;
  /** The response name. */
  name: string;
  /** `Type.field`, the type being the one the field was selected on. */
  coordinate: string;
  /** Numbers of what the field demands, arguments and literals included. */
  demands: readonly number[];
  /** Variables whose value can hold something guarded. */
  variables: readonly string[];
  /** For `__typename`: types whose name is nobody's business without these. */
  names: ReadonlyMap<string, readonly number[]>;
  /** For an enum: values that are nobody's business without these. */
  values: ReadonlyMap<string, readonly number[]>;
  type: GraphQLOutputType;
  below: SelectionTree | undefined;
  /** Response names from the root to here. */
  path: readonly string[];
  /** How many of them lead to the first list, itself included; Infinity for none. */
  lists: number;
  /** `@skip` and `@include` of the field and of everything around it. */
  conditions: readonly DirectiveNode[];
}

export interface FragmentEntry {
  kind: 'fragment';
  /** The types it applies to, among those of its parent. */
  condition: NamedTypeNode | undefined;
  directives: readonly DirectiveNode[];
  below: SelectionTree;
}

/** Every field of a tree, in the order of the document. */
export function* fieldsIn(tree: SelectionTree): Generator<FieldEntry> {
  for (const entry of tree.entries) {
    if (entry.kind === 'field') yield entry;
    if (entry.below !== undefined) yield* fieldsIn(entry.below);
  }
}
