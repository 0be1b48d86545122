import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type SelectionSetNode,
} from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);

const isConditional = ({ directives = [] }: FieldNode | FragmentSpreadNode | InlineFragmentNode): boolean =>
  directives.some(({ name }) => CONDITIONS.has(name.value));

/**
 * What the planner is asked for a document. It does not fetch an object when all that is asked of it is left out by
 * variables, and the client would be told that there is none; so something is asked of each that does not depend on any.
 */
export function plannedDocument(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set, _key, parent) => {
      const isRoot = isNode(parent) && parent.kind === Kind.OPERATION_DEFINITION;
      if (isRoot || hasSomethingSure(set)) return undefined;
      return { ...set, selections: [TYPENAME, ...set.selections] };
    },
  });
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isNode = (value: unknown): value is { kind: Kind } =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** What stands in a named fragment is looked at there. */
const hasSomethingSure = ({ selections }: SelectionSetNode): boolean =>
  selections.some(
    (node) =>
      !isConditional(node) && (node.kind !== Kind.INLINE_FRAGMENT || hasSomethingSure(node.selectionSet)),
  );
