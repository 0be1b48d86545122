import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** What a value must look like to be walked through: levels of lists, then an object with these fields. */
export interface Shape {
  lists: number;
  /** Undefined for leaves. */
  fields: Map<string, Shape> | undefined;
}

/** A subgraph operation as far as its answer's form goes. */
export interface FetchShape {
  mutation: boolean;
  /** Response names at the root; empty for entity fetches. */
  rootNames: readonly string[];
  /** Of those, the ones no directive can leave out. */
  certainNames: readonly string[];
  root: Map<string, Shape>;
  /** Per type condition, the response names asked of an entity; undefined for root fetches. */
  entities: { fields: Map<string, Shape>; names: ReadonlyMap<string, readonly string[]> } | undefined;
}

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
  const selections = operation?.selectionSet.selections ?? [];
  const context = { schema, fragments };
  const type = operation?.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const root = operation === undefined ? new Map() : fieldsOf(operation.selectionSet, type, context);
  const fields = selections.filter((node) => node.kind === Kind.FIELD);
  const entities = fields.find(({ name }) => name.value === '_entities')?.selectionSet;
  const nameOf = ({ alias, name }: (typeof fields)[number]) => (alias ?? name).value;
  const certain = fields.filter(({ directives = [] }) => directives.length === 0);
  return {
    mutation: operation?.operation === 'mutation',
    rootNames: entities === undefined ? fields.map(nameOf) : [],
    certainNames: entities === undefined ? certain.map(nameOf) : [],
    root,
    entities: entities && {
      fields: fieldsOf(entities, undefined, context),
      names: namesByType(entities, context),
    },
  };
}

interface Named {
  on: string;
  set: SelectionSetNode;
}
interface Context {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, Named>;
}

/** All fields below a selection, whatever fragment they stand in: GraphQL lets equal names only have equal forms. */
function fieldsOf(set: SelectionSetNode, type: MaybeType, context: Context): Map<string, Shape> {
  const fields = new Map<string, Shape>();
  collect(set, type, context, fields);
  return fields;
}

type MaybeType = GraphQLNamedType | null | undefined;

function collect(set: SelectionSetNode, type: MaybeType, context: Context, into: Map<string, Shape>): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const field =
        isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
      if (field === undefined) continue;
      const named = getNamedType(field.type);
      const lists = listLevels(field.type);
      const composite = node.selectionSet !== undefined && isCompositeType(named);
      if (!composite && lists === 0) continue;
      const name = (node.alias ?? node.name).value;
      const shape = into.get(name) ?? { lists, fields: composite ? new Map<string, Shape>() : undefined };
      into.set(name, shape);
      if (node.selectionSet !== undefined && shape.fields !== undefined) {
        collect(node.selectionSet, named, context, shape.fields);
      }
    } else {
      const below = spreadOf(node, context);
      if (below !== undefined)
        collect(below.set, below.on === '' ? type : context.schema.getType(below.on), context, into);
    }
  }
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
