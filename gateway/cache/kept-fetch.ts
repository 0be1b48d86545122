import {
  isObjectType,
  Kind,
  print,
  stripIgnoredCharacters,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fieldsOf, variablesIn, type KeptField, type Placed, type Reading } from './kept-field.ts';

/** A fetch for some of its fields. */
export interface PartOfFetch {
  text: string;
  /** The request as JSON up to the first variable. */
  head: string;
  /** The client's variables it uses. */
  variables: readonly string[];
}

/** A fetch that can be answered field by field. */
export interface KeptFetch {
  /** By the type that representations name; those of the root under `ROOT`. */
  fields: ReadonlyMap<string, readonly KeptField[]>;
  /** Types of the objects that can stand within the values. */
  below: ReadonlySet<string>;
  only: (fields: ReadonlySet<KeptField>) => PartOfFetch;
}

export const ROOT = '';

/** So many choices of fields are remembered of one fetch; the rest is written each time. */
const MOST_PARTS = 64;

/** The same for the fetches of one subgraph. */
interface Local extends Reading {
  subgraph: string;
}

/** Undefined when nothing of the fetch is kept, or when it is not of a form that can be taken apart. */
export function keptFetch(
  { definitions }: DocumentNode,
  subgraph: string,
  reading: Reading,
): KeptFetch | undefined {
  const [operation] = definitions;
  if (definitions.length > 1 || operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  if (operation.operation !== 'query') return undefined;
  const fields = fieldsByType(operation.selectionSet, { ...reading, subgraph });
  const all = [...(fields?.values() ?? [])].flat();
  const isKept = all.some(({ policy, text: asked }) => policy !== undefined && asked !== '__typename');
  if (fields === undefined || !isKept) return undefined;
  const parts = new Map<string, PartOfFetch>();
  return {
    fields,
    below: new Set(all.flatMap(({ below }) => [...below])),
    only: (wanted) => {
      const key = all.map((field) => (wanted.has(field) ? 1 : 0)).join('');
      const known = parts.get(key);
      if (known !== undefined) return known;
      const part = partOf(
        operation,
        new Set(all.filter((field) => wanted.has(field)).map(({ node }) => node)),
      );
      if (parts.size < MOST_PARTS) parts.set(key, part);
      return part;
    },
  };
}

function fieldsByType(
  { selections }: SelectionSetNode,
  reading: Local,
): ReadonlyMap<string, Placed[]> | undefined {
  const { subgraph } = reading;
  const entities = entitiesIn(selections);
  if (entities === undefined) {
    const query = reading.types.getQueryType() ?? undefined;
    const formatsOf = (field: string) => reading.tags.at(subgraph, `${query?.name}.${field}`);
    const fields = fieldsOf(selections, { type: query, subgraph, formatsOf }, reading);
    return fields && new Map([[ROOT, fields]]);
  }
  const byType = new Map<string, Placed[]>();
  for (const node of entities.selections) {
    if (node.kind !== Kind.INLINE_FRAGMENT || (node.directives ?? []).length > 0) return undefined;
    const type = reading.types.getType(node.typeCondition?.name.value ?? '');
    if (type === undefined || byType.has(type.name)) return undefined;
    // An object of an interface would get the fields of several conditions.
    if (!isObjectType(type) && entities.selections.length > 1) return undefined;
    const formats = reading.tags.at(subgraph, type.name);
    const fields = fieldsOf(
      node.selectionSet.selections,
      { type, subgraph, formatsOf: () => formats },
      reading,
    );
    if (fields === undefined) return undefined;
    byType.set(type.name, fields);
  }
  return byType;
}

const isEntities = ({ name }: FieldNode): boolean => name.value === '_entities';

const entitiesIn = (selections: readonly SelectionNode[]): SelectionSetNode | undefined =>
  selections.find((node): node is FieldNode => node.kind === Kind.FIELD && isEntities(node))?.selectionSet;

/** The operation with these fields only, and without the variables that only the others used. */
function partOf(operation: OperationDefinitionNode, wanted: ReadonlySet<FieldNode>): PartOfFetch {
  const selectionSet = wantedOf(operation.selectionSet, wanted);
  const variables = variablesIn(selectionSet);
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    variables.includes(variable.name.value),
  );
  const { name: _, ...nameless } = operation;
  const text = stripIgnoredCharacters(print({ ...nameless, selectionSet, variableDefinitions }));
  return {
    text,
    head: `{"query":${JSON.stringify(text)},"variables":{`,
    variables: variables.filter((variable) => variable !== 'representations'),
  };
}

/** What is left of the root, or of each type of entities. */
function wantedOf(set: SelectionSetNode, wanted: ReadonlySet<FieldNode>): SelectionSetNode {
  const selections = set.selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD && wanted.has(node)) return [node];
    const isHolder = node.kind === Kind.INLINE_FRAGMENT || (node.kind === Kind.FIELD && isEntities(node));
    if (!isHolder || node.selectionSet === undefined) return [];
    const selectionSet = wantedOf(node.selectionSet, wanted);
    return selectionSet.selections.length === 0 ? [] : [{ ...node, selectionSet }];
  });
  return { ...set, selections };
}
