import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type ASTNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { strictest, type Policies, type Policy } from './policies.ts';
import type { TagFormat, TagFormats } from './tags.ts';

/** A field of a fetch, as far as its value can be kept by itself. */
export interface KeptField {
  /** Under which name the answer has it. */
  response: string;
  /** With its arguments and all that is asked below, whatever it is called in the answer. */
  text: string;
  /** The variables in that. */
  variables: readonly string[];
  /** Undefined when its value is not kept. */
  policy: Policy | undefined;
  /** Types of the objects that can stand within its value. */
  below: ReadonlySet<string>;
  /** Of the tags that go with its value. */
  formats: readonly TagFormat[];
  /** Its arguments; what is given as a variable is among `variables`. */
  args: readonly ArgumentNode[];
}

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
  only: (fields: ReadonlySet<KeptField>) => PartOfFetch;
}

export const ROOT = '';

/** So many choices of fields are remembered of one fetch; the rest is written each time. */
const MOST_PARTS = 64;

export interface Reading {
  policies: Policies;
  tags: TagFormats;
  /** Every type of the supergraph, inaccessible ones included. */
  types: GraphQLSchema;
}

/** The same for the fetches of one subgraph. */
interface Local extends Reading {
  subgraph: string;
}

/** A field with its place in the fetch's text. */
interface Placed extends KeptField {
  node: FieldNode;
}

/** Undefined when nothing of the fetch is kept, or when it is not of a form that can be taken apart. */
export function keptFetch(text: string, subgraph: string, reading: Reading): KeptFetch | undefined {
  const { definitions } = parse(text, { noLocation: true });
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
  const entities = entitiesIn(selections);
  if (entities === undefined) {
    const query = reading.types.getQueryType() ?? undefined;
    const formatsOf = (field: string) => reading.tags.at(reading.subgraph, `${query?.name}.${field}`);
    const fields = fieldsOf(selections, query, formatsOf, reading);
    return fields && new Map([[ROOT, fields]]);
  }
  const byType = new Map<string, Placed[]>();
  for (const node of entities.selections) {
    if (node.kind !== Kind.INLINE_FRAGMENT || (node.directives ?? []).length > 0) return undefined;
    const type = reading.types.getType(node.typeCondition?.name.value ?? '');
    if (type === undefined || byType.has(type.name)) return undefined;
    // An object of an interface would get the fields of several conditions.
    if (!isObjectType(type) && entities.selections.length > 1) return undefined;
    const formats = reading.tags.at(reading.subgraph, type.name);
    const fields = fieldsOf(node.selectionSet.selections, type, () => formats, reading);
    if (fields === undefined) return undefined;
    byType.set(type.name, fields);
  }
  return byType;
}

const isEntities = ({ name }: FieldNode): boolean => name.value === '_entities';

const entitiesIn = (selections: readonly SelectionNode[]): SelectionSetNode | undefined =>
  selections.find((node): node is FieldNode => node.kind === Kind.FIELD && isEntities(node))?.selectionSet;

/** Undefined when there is anything but fields, or one name twice. */
function fieldsOf(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType | undefined,
  formatsOf: (field: string) => readonly TagFormat[],
  reading: Reading,
): Placed[] | undefined {
  if (type === undefined) return undefined;
  const fields: Placed[] = [];
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) return undefined;
    const { alias: _, ...nameless } = node;
    const policy = policyOf(node, type, reading);
    const response = (node.alias ?? node.name).value;
    if (fields.some((other) => other.response === response)) return undefined;
    fields.push({
      node,
      response,
      text: stripIgnoredCharacters(print(nameless)),
      variables: variablesIn(node),
      policy: policy !== undefined && policy.maxAge + policy.swr + policy.sie > 0 ? policy : undefined,
      below: typesBelow(node, type, reading),
      formats: formatsOf(node.name.value),
      args: node.arguments ?? [],
    });
  }
  return fields;
}

/** Types of the objects that a field and what is asked below it can have. */
function typesBelow(node: FieldNode, parent: GraphQLNamedType, { types }: Reading): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (type: GraphQLNamedType) => {
    if (!isCompositeType(type)) return;
    names.add(type.name);
    if (isAbstractType(type)) for (const { name } of types.getPossibleTypes(type)) names.add(name);
  };
  const info = new TypeInfo(types, parent);
  const enter = () => {
    const type = info.getType();
    if (type) add(getNamedType(type));
  };
  visit(node, visitWithTypeInfo(info, { Field: { enter } }));
  return names;
}

/** What holds for a field together with all that is asked below it; a choice by a variable is not kept. */
function policyOf(node: FieldNode, type: GraphQLNamedType, reading: Reading): Policy | undefined {
  if ((node.directives ?? []).length > 0) return undefined;
  const name = node.name.value;
  const own = reading.policies.policyOf(type, name);
  if (node.selectionSet === undefined || own === undefined) return own;
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) return undefined;
  return strictest([own, policyBelow(node.selectionSet, getNamedType(field.type), reading)]);
}

function policyBelow(
  { selections }: SelectionSetNode,
  type: GraphQLNamedType,
  reading: Reading,
): Policy | undefined {
  return strictest(
    selections.map((node) => {
      if (node.kind === Kind.FIELD) return policyOf(node, type, reading);
      if (node.kind === Kind.FRAGMENT_SPREAD || (node.directives ?? []).length > 0) return undefined;
      const { typeCondition } = node;
      const on = typeCondition === undefined ? type : reading.types.getType(typeCondition.name.value);
      return on === undefined ? undefined : policyBelow(node.selectionSet, on, reading);
    }),
  );
}

function variablesIn(node: ASTNode): string[] {
  const names = new Set<string>();
  visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return [...names];
}

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
