import {
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isInherited } from '../data.ts';
import { leafOf, type Leaf } from './leaves.ts';

/** One field of an answer. */
export interface ShownField {
  name: string;
  /** Whether objects inherit something of that name. */
  inherited: boolean;
  /** For `__typename` the answer; null where nobody knows it. */
  typename: string | null | undefined;
  /** `Type.field`. */
  coordinate: string;
  form: Form;
}

/** What a value must be: a list, a leaf or an object. */
export interface Form {
  nonNull: boolean;
  list: Form | undefined;
  leaf: Leaf | undefined;
  object: ObjectSelection | undefined;
}

/** What is asked of the objects at one place; worked out for each type when the first object of it comes. */
export interface ObjectSelection {
  /** The fields for an object that tells this type, in the order of the answer; undefined when it cannot be one. */
  fields: (typename: unknown) => readonly ShownField[] | undefined;
}

type Fielded = GraphQLObjectType | GraphQLInterfaceType;

/** Which fields an operation's answer has, for one choice of the variables that leave fields out. */
export function selectionOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  variables: ReadonlyMap<string, boolean>,
): ObjectSelection {
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (root === null || root === undefined) throw new Error('a valid operation has a root type');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return new Selections(schema, fragments, variables).at(root, [operation.selectionSet]);
}

class Selections {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: ReadonlyMap<string, boolean>;

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: ReadonlyMap<string, boolean>,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  at(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ObjectSelection {
    const known = new Map<unknown, readonly ShownField[] | undefined>();
    return {
      fields: (typename) => {
        const found = known.get(typename);
        if (found !== undefined || known.has(typename)) return found;
        const runtime = this.#runtimeType(type, typename);
        const fields = runtime && this.#fields(runtime, sets);
        // Names of no type are as many as a subgraph likes.
        if (fields !== undefined) known.set(typename, fields);
        return fields;
      },
    };
  }

  /** An object of an interface that another subgraph has to tell the type of can still be called by the interface's name. */
  #runtimeType(type: GraphQLCompositeType, typename: unknown): Fielded | undefined {
    if (typename === undefined || typename === null || typename === type.name)
      return isObjectType(type) || isInterfaceType(type) ? type : undefined;
    const told = typeof typename === 'string' ? this.#schema.getType(typename) : undefined;
    if (!isObjectType(told) && !isInterfaceType(told)) return undefined;
    return !isObjectType(type) && this.#schema.isSubType(type, told) ? told : undefined;
  }

  #fields(type: Fielded, sets: readonly SelectionSetNode[]): readonly ShownField[] {
    const nodes = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(set, type, nodes, new Set());
    return [...nodes].flatMap(([name, [first, ...more]]) => {
      if (first === undefined) return [];
      const field = this.#field(name, first, more, type);
      return field === undefined ? [] : [field];
    });
  }

  #collect(set: SelectionSetNode, type: Fielded, nodes: Map<string, FieldNode[]>, seen: Set<string>): void {
    for (const node of set.selections) {
      if (!this.#isIncluded(node)) continue;
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const known = nodes.get(name);
        if (known === undefined) nodes.set(name, [node]);
        else known.push(node);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (seen.has(node.name.value)) continue;
        seen.add(node.name.value);
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      if (fragment === undefined || !this.#applies(fragment.typeCondition?.name.value, type)) continue;
      this.#collect(fragment.selectionSet, type, nodes, seen);
    }
  }

  #isIncluded({ directives = [] }: SelectionNode): boolean {
    return directives.every(({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return true;
      const value = given[0]?.value;
      const holds =
        value?.kind === Kind.VARIABLE
          ? this.#variables.get(value.name.value) === true
          : value?.kind === Kind.BOOLEAN && value.value;
      return holds === (name.value === 'include');
    });
  }

  #applies(condition: string | undefined, type: Fielded): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.#schema.getType(condition);
    return isCompositeType(wanted) && !isObjectType(wanted) && this.#schema.isSubType(wanted, type);
  }

  #field(name: string, first: FieldNode, more: readonly FieldNode[], type: Fielded): ShownField | undefined {
    const field = first.name.value;
    const common = { name, inherited: isInherited(name), coordinate: `${type.name}.${field}` };
    if (field === '__typename') {
      // Only an object type is the type of an object.
      return { ...common, typename: isObjectType(type) ? type.name : null, form: TYPENAME };
    }
    const definition = type.getFields()[field];
    if (definition === undefined) return undefined;
    const sets = [first, ...more].flatMap(({ selectionSet }) => selectionSet ?? []);
    return { ...common, typename: undefined, form: this.#form(definition.type, sets) };
  }

  #form(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Form {
    const nullable = getNullableType(type);
    return {
      nonNull: isNonNullType(type),
      list: isListType(nullable) ? this.#form(nullable.ofType as GraphQLOutputType, sets) : undefined,
      leaf: isLeafType(nullable) ? leafOf(nullable) : undefined,
      object: isCompositeType(nullable) ? this.at(nullable, sets) : undefined,
    };
  }
}

const TYPENAME: Form = { nonNull: true, list: undefined, leaf: undefined, object: undefined };
