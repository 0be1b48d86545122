import {
  getNamedType,
  getNullableType,
  GraphQLNonNull,
  GraphQLString,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentDemands, type InputDemands } from './inputs.ts';
import { NONE, unique, type AccessRules } from './rules.ts';
import type { Entry, FieldEntry, SelectionTree } from './tree.ts';

/** Where a selection set stands. */
interface Place {
  /** The type it is written on, and the object types its object can be. */
  on: GraphQLNamedType;
  types: readonly string[];
  path: readonly string[];
  lists: number;
  conditions: readonly DirectiveNode[];
}

const NOTHING: ReadonlyMap<string, readonly number[]> = new Map();
const TYPENAME = new GraphQLNonNull(GraphQLString);

/** Annotates a valid operation with what each of its fields demands. */
export function annotate(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  rules: AccessRules,
): SelectionTree {
  const { schema } = rules;
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (root === null || root === undefined) throw new Error('a valid operation has a root type');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const place = { on: root, types: [root.name], path: [], lists: Infinity, conditions: [] };
  return new Annotation(rules, fragments).set(operation.selectionSet, place);
}

class Annotation {
  readonly #rules: AccessRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(rules: AccessRules, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#rules = rules;
    this.#fragments = fragments;
  }

  set({ selections }: SelectionSetNode, place: Place): SelectionTree {
    const entries = selections.flatMap((node): Entry[] => {
      if (node.kind === Kind.FIELD) return [this.#field(node, place)];
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
      if (fragment === undefined) return [];
      const condition = fragment.typeCondition;
      const directives = node.directives ?? [];
      const inner = { ...this.#narrowed(place, condition?.name.value), conditions: added(place, directives) };
      return [{ kind: 'fragment', condition, directives, below: this.set(fragment.selectionSet, inner) }];
    });
    return { types: place.types, entries, hidden: this.#hidden(place.types) };
  }

  /** A type condition leaves the types both can be; one that is wider than its parent changes nothing. */
  #narrowed(place: Place, condition: string | undefined): Place {
    const type = condition === undefined ? undefined : this.#rules.schema.getType(condition);
    if (type === undefined) return place;
    const possible = this.#rules.possible(type);
    const types = place.types.filter((name) => possible.includes(name));
    return { ...place, types, on: isObjectType(place.on) ? place.on : type };
  }

  #field(node: FieldNode, place: Place): FieldEntry {
    const name = (node.alias ?? node.name).value;
    const field = this.#definition(node.name.value, place.on);
    const type = field?.type ?? TYPENAME;
    const path = [...place.path, name];
    const lists = Math.min(place.lists, isListType(getNullableType(type)) ? path.length : Infinity);
    const conditions = added(place, node.directives ?? []);
    const isMeta = node.name.value.startsWith('__');
    const named = getNamedType(type);
    return {
      kind: 'field',
      node,
      name,
      coordinate: `${place.on.name}.${node.name.value}`,
      ...this.#asks(node, place, field),
      // Everybody knows what the root is called.
      names: node.name.value === '__typename' && path.length > 1 ? this.#names(place.types) : NOTHING,
      values: isEnumType(named) ? this.#values(named.name) : NOTHING,
      type,
      below: isMeta ? undefined : this.#below(node, { on: named, path, lists, conditions }),
      path,
      lists,
      conditions,
    };
  }

  /** What a field demands, itself and by its arguments. */
  #asks(node: FieldNode, place: Place, field: GraphQLField<unknown, unknown> | undefined): InputDemands {
    if (field === undefined || node.name.value.startsWith('__')) return { demands: NONE, variables: [] };
    const input = argumentDemands(node, field, this.#holders(place), this.#rules);
    const own = this.#demands(place, field.name, field.type);
    return { demands: unique([...own, ...(input?.demands ?? NONE)]), variables: input?.variables ?? [] };
  }

  #below({ selectionSet }: FieldNode, place: Omit<Place, 'types'>): SelectionTree | undefined {
    if (selectionSet === undefined) return undefined;
    return this.set(selectionSet, { ...place, types: this.#rules.possible(place.on) });
  }

  #definition(name: string, on: GraphQLNamedType): GraphQLField<unknown, unknown> | undefined {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(on) || isInterfaceType(on) ? on.getFields()[name] : undefined;
  }

  /** Types whose rules about a field's arguments count: all it can be, and the one it is written on. */
  #holders = ({ on, types }: Place): readonly string[] => (isObjectType(on) ? types : [...types, on.name]);

  /** What every type that the object can be demands; the interface it is written on has a say of its own. */
  #demands({ on, types }: Place, field: string, type: GraphQLOutputType): readonly number[] {
    const { own, objectField } = this.#rules;
    const [only] = types;
    if (types.length === 1 && only !== undefined && isObjectType(on)) return objectField(only, field);
    const ofTypes = types.flatMap((name) => this.#besidesHiding(objectField(name, field), name, types));
    return unique([
      ...own(on.name),
      ...own(`${on.name}.${field}`),
      ...own(getNamedType(type).name),
      ...ofTypes,
    ]);
  }

  /** A type that does not exist for a caller demands nothing of those who select through its interface. */
  #besidesHiding(demands: readonly number[], type: string, types: readonly string[]): readonly number[] {
    const hiding = types.length > 1 ? this.#hiding(type) : NONE;
    return hiding.length === 0 ? demands : demands.filter((number) => !hiding.includes(number));
  }

  #hiding = (type: string): readonly number[] =>
    this.#rules.own(type).filter((number) => {
      const demand = this.#rules.demands[number];
      return demand?.kind === 'feature' && demand.mode === 'hide';
    });

  #hidden(types: readonly string[]): ReadonlyMap<string, readonly number[]> {
    if (types.length < 2) return NOTHING;
    return mapOf(types, this.#hiding);
  }

  #names = (types: readonly string[]) => mapOf(types, this.#rules.own);

  #values(type: string): ReadonlyMap<string, readonly number[]> {
    const named = this.#rules.schema.getType(type);
    const values = isEnumType(named) ? named.getValues().map(({ name }) => name) : [];
    return mapOf(values, (value) => this.#rules.own(`${type}.${value}`));
  }
}

const added = ({ conditions }: Place, directives: readonly DirectiveNode[]): readonly DirectiveNode[] =>
  directives.length === 0 ? conditions : [...conditions, ...directives];

function mapOf(
  keys: readonly string[],
  demandsOf: (key: string) => readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const found = keys.flatMap((key) => {
    const demands = demandsOf(key);
    return demands.length === 0 ? [] : [[key, demands] as const];
  });
  return found.length === 0 ? NOTHING : new Map(found);
}
