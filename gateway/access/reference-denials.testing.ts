import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Demand } from './demands.ts';

/** Who calls, as far as rules go. */
export interface ReferenceCaller {
  anonymous: boolean;
  meets: (demand: Demand) => boolean;
}

/** The whole graph in one place. */
export interface ReferenceWorld {
  schema: GraphQLSchema;
  /** What each coordinate demands. */
  rules: ReadonlyMap<string, readonly Demand[]>;
  /** The fields of the same type that `Type.field` is computed from. */
  requires: ReadonlyMap<string, readonly string[]>;
  typeOf: (value: unknown) => string;
  resolve: (parent: unknown, type: string, field: string, args: object) => unknown;
}

/** A field where it is written; fragments are written out, so each is one place. */
export interface Occurrence {
  kind: 'field';
  node: FieldNode;
  name: string;
  on: GraphQLNamedType;
  /** All object types the parent can be here. */
  types: readonly string[];
  path: readonly string[];
  /** The conditions of everything around it, and its own. */
  conditions: readonly DirectiveNode[];
  below: readonly Selection[];
  /** Why it is denied, each of which would be a good answer; undefined when it is not. */
  causes: readonly Demand[] | undefined;
}

export interface Fragment {
  kind: 'fragment';
  types: readonly string[];
  directives: readonly DirectiveNode[];
  below: readonly Selection[];
}

export type Selection = Occurrence | Fragment;

interface Place {
  on: GraphQLNamedType;
  types: readonly string[];
  path: readonly string[];
  conditions: readonly DirectiveNode[];
}

/** What nobody can help comes first, and the freshest second factor before older ones. */
const ORDER: readonly Demand['kind'][] = ['authenticated', 'scopes', 'policies', 'feature', 'mfa'];
const age = (demand: Demand) => (demand.kind === 'mfa' ? (demand.maxAge ?? Infinity) : 0);

/** Of the demands that are not met the one to tell, and those that would be as good. */
export function worst(demands: readonly Demand[]): readonly Demand[] {
  const weight = (demand: Demand) => ORDER.indexOf(demand.kind) * 1e6 + Math.min(age(demand), 1e5);
  const least = Math.min(...demands.map(weight));
  return demands.filter((demand) => weight(demand) === least);
}

const same = (a: Demand, b: Demand) => JSON.stringify(a) === JSON.stringify(b);

/** Writes an operation out and says of each field in it whether this caller may have it. */
export class Denials {
  readonly #world: ReferenceWorld;
  readonly #caller: ReferenceCaller;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    world: ReferenceWorld,
    caller: ReferenceCaller,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#world = world;
    this.#caller = caller;
    this.#variables = variables;
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
  }

  /** The selections of an operation. */
  root(set: SelectionSetNode, type: GraphQLNamedType): Selection[] {
    return this.#selections(set, { on: type, types: [type.name], path: [], conditions: [] });
  }

  /** Why a name of an object type or an enum value may not be told. */
  untold(coordinate: string): readonly Demand[] {
    return worst(this.#unmet(this.#own(coordinate)));
  }

  #selections({ selections }: SelectionSetNode, place: Place): Selection[] {
    return selections.flatMap((node): Selection[] => {
      if (node.kind === Kind.FIELD) return [this.#occurrence(node, place)];
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
      if (fragment === undefined) return [];
      const directives = node.directives ?? [];
      const inner = this.#narrowed(place, fragment.typeCondition?.name.value);
      const conditions = [...place.conditions, ...directives];
      const below = this.#selections(fragment.selectionSet, { ...inner, conditions });
      return [{ kind: 'fragment', types: inner.types, directives, below }];
    });
  }

  #narrowed(place: Place, condition: string | undefined): Place {
    if (condition === undefined) return place;
    const type = this.#type(condition);
    const possible = this.#possible(type);
    // An object is what it is, whatever interface a fragment names.
    const on = isObjectType(place.on) ? place.on : type;
    return { ...place, on, types: place.types.filter((name) => possible.includes(name)) };
  }

  #occurrence(node: FieldNode, place: Place): Occurrence {
    const name = (node.alias ?? node.name).value;
    const path = [...place.path, name];
    const conditions = [...place.conditions, ...(node.directives ?? [])];
    const definition = this.field(place.on.name, node.name.value);
    const on = definition && getNamedType(definition.type);
    const types = on === undefined || place.types.length === 0 ? [] : this.#possible(on);
    const below =
      on === undefined || node.selectionSet === undefined
        ? []
        : this.#selections(node.selectionSet, { on, types, path, conditions });
    const causes = this.#causes(node, place);
    return { kind: 'field', node, name, on: place.on, types: place.types, path, conditions, below, causes };
  }

  #causes(node: FieldNode, { on, types, path }: Place): readonly Demand[] | undefined {
    if (node.name.value === '__typename') {
      if (path.length === 0) return undefined;
      const untold = types.map((type) => this.untold(type));
      return types.length > 0 && untold.every((causes) => causes.length > 0) ? untold.flat() : undefined;
    }
    // What no object can be is never there to be denied.
    if (types.length === 0) return undefined;
    const causes = worst(this.#unmet(this.#demands(node, on, types)));
    return causes.length === 0 ? undefined : causes;
  }

  #demands(node: FieldNode, on: GraphQLNamedType, types: readonly string[]): Demand[] {
    const field = node.name.value;
    const ofTypes = types.flatMap((type) => this.#ofObject(type, field));
    const ofStatic = isObjectType(on) ? [] : [on.name, `${on.name}.${field}`, this.#returned(on.name, field)];
    const holders = isObjectType(on) ? types : [...types, on.name];
    const ofArguments = (node.arguments ?? []).flatMap(({ name, value }) => [
      ...holders.flatMap((holder) => this.#own(`${holder}.${field}(${name.value})`)),
      ...this.#ofLiteral(
        value,
        this.field(on.name, field)?.args.find((arg) => arg.name === name.value)?.type,
      ),
    ]);
    return [...ofTypes, ...ofStatic.flatMap((coordinate) => this.#own(coordinate)), ...ofArguments];
  }

  #ofObject(type: string, field: string): Demand[] {
    const read = this.#world.requires.get(`${type}.${field}`) ?? [];
    return [
      ...[type, `${type}.${field}`, this.#returned(type, field)].flatMap((coordinate) =>
        this.#own(coordinate),
      ),
      ...read.flatMap((name) => this.#ofObject(type, name)),
    ];
  }

  #ofLiteral(value: ValueNode, type: GraphQLInputType | undefined): Demand[] {
    if (type === undefined) return [];
    const named = getNamedType(type);
    if (value.kind === Kind.VARIABLE) return this.#ofValue(this.#variables[value.name.value], named);
    if (value.kind === Kind.LIST) return value.values.flatMap((item) => this.#ofLiteral(item, type));
    if (value.kind === Kind.ENUM) return this.#own(`${named.name}.${value.value}`);
    if (value.kind !== Kind.OBJECT || !isInputObjectType(named)) return [];
    return value.fields.flatMap(({ name, value: inner }) => [
      ...this.#own(`${named.name}.${name.value}`),
      ...this.#ofLiteral(inner, named.getFields()[name.value]?.type),
    ]);
  }

  #ofValue(value: unknown, type: GraphQLNamedType): Demand[] {
    if (Array.isArray(value)) return value.flatMap((item) => this.#ofValue(item, type));
    if (typeof value === 'string') return this.#own(`${type.name}.${value}`);
    if (typeof value !== 'object' || value === null || !isInputObjectType(type)) return [];
    return Object.entries(value).flatMap(([name, inner]) => {
      const field = type.getFields()[name];
      return field === undefined
        ? []
        : [...this.#own(`${type.name}.${name}`), ...this.#ofValue(inner, getNamedType(field.type))];
    });
  }

  #unmet = (demands: readonly Demand[]): Demand[] => demands.filter((demand) => !this.#caller.meets(demand));

  /** An interface has no say where all its types say the same. */
  #own(coordinate: string): Demand[] {
    const [name = '', field] = coordinate.split('.');
    const demands = [...(this.#world.rules.get(coordinate) ?? [])];
    const type = this.#world.schema.getType(name);
    if (!isInterfaceType(type)) return demands;
    const implied = this.#possible(type).flatMap((one) => {
      const coordinates = field === undefined ? [one] : [one, `${one}.${field}`, this.#returned(one, field)];
      return coordinates.flatMap((each) => this.#world.rules.get(each) ?? []);
    });
    return demands.filter((demand) => !implied.some((other) => same(demand, other)));
  }

  #type(name: string): GraphQLNamedType {
    const type = this.#world.schema.getType(name);
    if (type === undefined) throw new Error(`no type ${name}`);
    return type;
  }

  #possible(type: GraphQLNamedType): string[] {
    const { schema } = this.#world;
    if (isAbstractType(type)) return schema.getPossibleTypes(type).map(({ name }) => name);
    return isObjectType(type) ? [type.name] : [];
  }

  #returned(type: string, field: string): string {
    const definition = this.field(type, field);
    return definition === undefined ? '' : getNamedType(definition.type).name;
  }

  /** The definition of a field; undefined for `__typename`. */
  field(type: string, field: string): GraphQLField<unknown, unknown> | undefined {
    const holder = this.#type(type);
    return isObjectType(holder) || isInterfaceType(holder) ? holder.getFields()[field] : undefined;
  }
}
