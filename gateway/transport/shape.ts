import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { isInherited } from '../data.ts';

/** What stands under one response name: levels of lists, then a leaf or an object with these fields. */
export interface FieldShape {
  name: string;
  lists: number;
  /** Undefined for leaves. */
  fields: readonly FieldShape[] | undefined;
  /** Whether every object that can stand here must have it: no directive and no type condition can leave it out. */
  certain: boolean;
  /** Whether objects inherit something of that name. */
  inherited: boolean;
}

/** A subgraph operation as far as its answer's form goes. */
export interface FetchShape {
  mutation: boolean;
  /** What is asked of the root, or of each entity. */
  fields: readonly FieldShape[];
  /** For entity fetches the response names asked per type condition; undefined for root fetches. */
  entityNames: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The response names asked of an entity of a type, or of any when the type is none that was asked for. */
export const namesAsked = (
  { entityNames }: Pick<FetchShape, 'entityNames'>,
  type: string,
): readonly string[] => entityNames?.get(type) ?? [...(entityNames?.values() ?? [])].flat();

const MOST_SHAPES = 5000;

/** Derives shapes from operation texts once; `schema` must hold inaccessible types too. */
export function shapeReader(schema: GraphQLSchema): (operation: string) => FetchShape {
  const known = new LRUCache<string, FetchShape>({ max: MOST_SHAPES });
  return (operation) => {
    let shape = known.get(operation);
    if (shape === undefined) known.set(operation, (shape = readShape(operation, schema)));
    return shape;
  };
}

function readShape(text: string, schema: GraphQLSchema): FetchShape {
  const document = parse(text, { noLocation: true });
  const fragments = new Map<string, Named>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(node.name.value, { on: node.typeCondition.name.value, set: node.selectionSet });
    }
  }
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('a fetch is an operation');
  const context = { schema, fragments };
  const mutation = operation.operation === 'mutation';
  const { selections } = operation.selectionSet;
  const entities = selections.find((node) => node.kind === Kind.FIELD && node.name.value === '_entities');
  if (entities?.kind === Kind.FIELD && entities.selectionSet !== undefined) {
    const { selectionSet } = entities;
    return {
      mutation,
      fields: fieldsOf(selectionSet, undefined, selectionSet.selections.length === 1, context),
      entityNames: namesByType(selectionSet, context),
    };
  }
  const type = mutation ? schema.getMutationType() : schema.getQueryType();
  return { mutation, fields: fieldsOf(operation.selectionSet, type, true, context), entityNames: undefined };
}

interface Named {
  on: string;
  set: SelectionSetNode;
}
interface Context {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, Named>;
}

type MaybeType = GraphQLNamedType | null | undefined;

/** A field while its selections are gathered. */
interface Gathered extends FieldShape {
  fields: Gathered[] | undefined;
}

/** All fields below a selection, whatever fragment they stand in: GraphQL lets equal names only have equal forms. */
function fieldsOf(
  set: SelectionSetNode,
  type: MaybeType,
  isCertain: boolean,
  context: Context,
): readonly FieldShape[] {
  const fields: Gathered[] = [];
  gather(set, type, isCertain, context, fields);
  return fields;
}

function gather(
  set: SelectionSetNode,
  type: MaybeType,
  isCertain: boolean,
  context: Context,
  into: Gathered[],
): void {
  for (const node of set.selections) {
    const certain = isCertain && (node.directives ?? []).length === 0;
    if (node.kind === Kind.FIELD) gatherField(node, type, certain, context, into);
    else {
      const below = spreadOf(node, context);
      if (below === undefined) continue;
      const on = below.on === '' ? type : context.schema.getType(below.on);
      gather(below.set, on, certain && (on === type || type === undefined), context, into);
    }
  }
}

function gatherField(
  node: FieldNode,
  type: MaybeType,
  certain: boolean,
  context: Context,
  into: Gathered[],
): void {
  const isTypename = node.name.value === TypeNameMetaFieldDef.name;
  const holder = isObjectType(type) || isInterfaceType(type) ? type : undefined;
  const field = isTypename ? TypeNameMetaFieldDef : holder?.getFields()[node.name.value];
  if (field === undefined) return;
  const named = getNamedType(field.type);
  const name = (node.alias ?? node.name).value;
  let shape = into.find((known) => known.name === name);
  if (shape === undefined) {
    const fields = isCompositeType(named) ? [] : undefined;
    into.push(
      (shape = { name, lists: listLevels(field.type), fields, certain: false, inherited: isInherited(name) }),
    );
  }
  // Without its type's name an object can still be shown; a null there would be the name of no type.
  shape.certain ||= certain && !isTypename;
  // What stands below an occurrence that can be left out can be missing where another occurrence is there.
  if (node.selectionSet !== undefined && shape.fields !== undefined)
    gather(node.selectionSet, named, certain, context, shape.fields);
}

type Spread = Exclude<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>;

const spreadOf = (node: Spread, { fragments }: Context): Named | undefined =>
  node.kind === Kind.FRAGMENT_SPREAD
    ? fragments.get(node.name.value)
    : { on: node.typeCondition?.name.value ?? '', set: node.selectionSet };

function listLevels(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listLevels(nullable.ofType as GraphQLOutputType) : 0;
}

function namesByType(set: SelectionSetNode, context: Context): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) continue;
    const spread = spreadOf(node, context);
    if (spread === undefined) continue;
    const known = names.get(spread.on) ?? [];
    names.set(spread.on, known);
    for (const field of spread.set.selections) {
      if (field.kind === Kind.FIELD) known.push((field.alias ?? field.name).value);
    }
  }
  return names;
}
