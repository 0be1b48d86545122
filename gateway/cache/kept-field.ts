import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
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
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Scope } from '../scope.ts';
import { holdersOf } from './asked-fields.ts';
import { HEADER_SCOPES, strictest, UNBOUNDED, type Policies, type Policy } from './policies.ts';
import type { Served, ServedCounts } from './served-counts.ts';
import type { TagFormat, TagFormats } from './tags.ts';

/** A field of a fetch, as far as its value can be kept by itself. */
export interface KeptField {
  /** Under which name the answer has it. */
  response: string;
  /** With its arguments and all that is asked below, whatever it is called in the answer. */
  text: string;
  /** The variables in that. */
  variables: readonly string[];
  /** Undefined when its value is not kept; without bounds where headers are to set them. */
  policy: Policy | undefined;
  /** Whom its value may be kept for. */
  scopes: readonly Scope[];
  /** Types of the objects that can stand within its value. */
  below: ReadonlySet<string>;
  /** Of the tags that go with its value. */
  formats: readonly TagFormat[];
  /** Its arguments; what is given as a variable is among `variables`. */
  args: readonly ArgumentNode[];
  /** Whether another field is worked out from it. */
  feeds: boolean;
  /** Counts how it is served. */
  served: Served;
}

/** A field with its place in the fetch's text. */
export interface Placed extends KeptField {
  node: FieldNode;
}

export interface Reading {
  policies: Pick<Policies, 'policyOf' | 'fromHeaders'>;
  tags: TagFormats;
  /** Every type of the supergraph, inaccessible ones included. */
  types: GraphQLSchema;
  counts: ServedCounts;
  /** Coordinates of the fields that others are worked out from. */
  feeding: ReadonlySet<string>;
}

/** The fields of one type in a fetch of a subgraph. */
export interface Place {
  type: GraphQLNamedType | undefined;
  subgraph: string;
  formatsOf: (field: string) => readonly TagFormat[];
}

/** Undefined when there is anything but fields, or one name twice. */
export function fieldsOf(
  selections: readonly SelectionNode[],
  { type, subgraph, formatsOf }: Place,
  reading: Reading,
): Placed[] | undefined {
  if (type === undefined) return undefined;
  const fields: Placed[] = [];
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) return undefined;
    const { alias: _, ...nameless } = node;
    const declared = policyOf(node, type, reading);
    const policy = declared && declared.maxAge + declared.swr + declared.sie > 0 ? declared : undefined;
    const response = (node.alias ?? node.name).value;
    if (fields.some((other) => other.response === response)) return undefined;
    fields.push({
      node,
      response,
      text: stripIgnoredCharacters(print(nameless)),
      variables: variablesIn(node),
      policy,
      scopes: scopesOf(policy, reading),
      below: typesBelow(node, type, reading),
      formats: formatsOf(node.name.value),
      args: node.arguments ?? [],
      feeds: holdersOf(type, reading.types).some(({ name }) =>
        reading.feeding.has(`${name}.${node.name.value}`),
      ),
      served: reading.counts.of(subgraph, type.name, node.name.value),
    });
  }
  return fields;
}

function scopesOf(policy: Policy | undefined, { policies }: Reading): readonly Scope[] {
  if (policy === undefined) return [];
  return policies.fromHeaders ? HEADER_SCOPES : [policy.scope];
}

/** Types of the objects that a field and what is asked below it can have. */
function typesBelow(node: FieldNode, parent: GraphQLNamedType, { types }: Reading): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (type: GraphQLNamedType) => {
    if (!isCompositeType(type)) return;
    names.add(type.name);
    for (const { name } of holdersOf(type, types)) names.add(name);
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
  const { policies } = reading;
  const own = policies.fromHeaders ? UNBOUNDED : policies.policyOf(type, name);
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

export function variablesIn(node: ASTNode): string[] {
  const names = new Set<string>();
  visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return [...names];
}
