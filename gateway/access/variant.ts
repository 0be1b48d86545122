import { createHash } from 'node:crypto';
import {
  Kind,
  print,
  visit,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { filterTree, type Filtered } from './filter.ts';
import type { Failing } from './failing.ts';
import type { SelectionTree } from './tree.ts';

/** An operation as one set of failing demands leaves it; shared by all callers with the same. */
export interface Variant extends Filtered {
  /** What subgraphs are asked; undefined when nothing is left to ask. */
  document: DocumentNode | undefined;
  operation: OperationDefinitionNode;
  /** Identifies the document to the planner; another document has another hash. */
  queryHash: string;
  /** What the gateway answers itself about the schema. */
  schemaDocument: DocumentNode | undefined;
  /** The alias under which the types of objects are told. */
  typename: string;
  failing: Failing;
  /** What it was made from; denials refer to its fields. */
  tree: SelectionTree;
  /** Bytes it takes in memory, roughly, its tree included. */
  size: number;
}

/** The operation a variant is made from. */
export interface Original {
  tree: SelectionTree;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  queryHash: string;
  typename: string;
  /** Of the tree. */
  size: number;
}

/** What a node of a filtered document takes on average, as measured: most are shared with the original. */
const BYTES_A_NODE = 20;

/** What is left of an operation when `failing` denies its part. */
export function variantOf(original: Original, failing: Failing): Variant {
  const { tree, typename } = original;
  const filtered = filterTree(tree, failing, typename);
  const { introspection, selections, changed } = filtered;
  const common = { ...filtered, tree, typename, failing };
  if (!changed) return { ...common, ...whole(original), size: original.size };
  const fetched = selections.length === 0 ? undefined : documentOf(original.operation, selections);
  const schemaDocument =
    introspection.length === 0
      ? undefined
      : withFragments(original, documentOf(original.operation, introspection));
  const definition = fetched?.definitions[0];
  return {
    ...common,
    document: fetched,
    operation: definition?.kind === Kind.OPERATION_DEFINITION ? definition : original.operation,
    queryHash: fetched === undefined ? original.queryHash : hashOf(fetched),
    schemaDocument,
    size: original.size + BYTES_A_NODE * (10 + nodesIn(fetched) + filtered.denied.size),
  };
}

/** By its text, so that the same hash means the same document in every supergraph. */
const hashOf = (document: DocumentNode): string => createHash('sha256').update(print(document)).digest('hex');

const whole = ({ document, operation, queryHash }: Original) => ({
  document,
  operation,
  queryHash,
  schemaDocument: undefined,
});

/** An operation with these selections and the variables they use. */
function documentOf(operation: OperationDefinitionNode, selections: readonly SelectionNode[]): DocumentNode {
  const used = new Set<string>();
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
  visit(
    { ...operation, variableDefinitions: [], selectionSet },
    { Variable: ({ name }) => void used.add(name.value) },
  );
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions, selectionSet }] };
}

/** Questions about the schema keep the client's fragments; nothing of them reaches a subgraph. */
const withFragments = ({ document, operation }: Original, own: DocumentNode): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    ...own.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? { ...node, variableDefinitions: operation.variableDefinitions ?? [] }
        : node,
    ),
    ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
  ],
});

function nodesIn(document: DocumentNode | undefined): number {
  let count = 0;
  if (document !== undefined) visit(document, { enter: () => void count++ });
  return count;
}
