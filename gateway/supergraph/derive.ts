import {
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLFieldConfig,
  type GraphQLInputField,
  type GraphQLInputFieldConfig,
  type GraphQLNamedType,
  type GraphQLType,
} from 'graphql';
import { closureOf } from './closure.ts';
import { argumentOf, type Gone } from './coordinates.ts';
import { defaultWithout } from './default-values.ts';
import { touchedBy } from './touched.ts';

/**
 * The schema without the elements that are not kept and without all that cannot be there without them. Whatever goes
 * leaves nothing behind: no description, no default value, no type that only it led to. Types that do not change are
 * shared with the schema it is made from. When nothing is left to ask, Query stays and has no fields but `__typename`.
 */
export const deriveSchema = (api: GraphQLSchema, keep: (coordinate: string) => boolean): GraphQLSchema =>
  schemaWithout(api, closureOf(api, keep));

/** The same for a closure that is known. */
export function schemaWithout(api: GraphQLSchema, gone: Gone): GraphQLSchema {
  const derivation = new Derivation(gone, touchedBy(api, gone));
  const left = Object.values(api.getTypeMap()).filter(({ name }) => !gone.has(name));
  const root = (type: GraphQLObjectType | null | undefined) =>
    type === null || type === undefined || gone.has(type.name) ? null : derivation.type(type);
  return new GraphQLSchema({
    description: api.description,
    query: root(api.getQueryType()),
    mutation: root(api.getMutationType()),
    subscription: root(api.getSubscriptionType()),
    types: left.filter(({ name }) => !name.startsWith('__')).map((type) => derivation.type(type)),
    directives: api.getDirectives().flatMap((directive) => derivation.directive(directive)),
    assumeValid: true,
  });
}

class Derivation {
  readonly #gone: Gone;
  /** Types that have to be made anew; all others are as they were. */
  readonly #touched: ReadonlySet<GraphQLNamedType>;
  readonly #made = new Map<GraphQLNamedType, GraphQLNamedType>();

  constructor(gone: Gone, touched: ReadonlySet<GraphQLNamedType>) {
    this.#gone = gone;
    this.#touched = touched;
  }

  type<T extends GraphQLNamedType>(type: T): T {
    if (!this.#touched.has(type)) return type;
    let made = this.#made.get(type);
    if (made === undefined) this.#made.set(type, (made = this.#make(type)));
    return made as T;
  }

  /** A directive goes with the type of an argument that it cannot do without. */
  directive(directive: GraphQLDirective): GraphQLDirective[] {
    const { name, description, locations, isRepeatable, args } = directive;
    const kept = args.filter(({ type }) => !this.#gone.has(innermost(type).name));
    if (kept.length < args.length && args.some((one) => isNonNullType(one.type) && !kept.includes(one)))
      return [];
    if (args.every(({ type }) => !this.#touched.has(innermost(type)))) return [directive];
    const smaller = { name, description, locations, isRepeatable, args: this.#inputs(kept, () => false) };
    return [new GraphQLDirective(smaller)];
  }

  #make(type: GraphQLNamedType): GraphQLNamedType {
    const { name, description, extensions } = type;
    const common = { name, description, extensions };
    if (isObjectType(type) || isInterfaceType(type)) {
      const interfaces = () => this.#left(type.getInterfaces());
      const config = { ...common, interfaces, fields: () => this.#fields(type) };
      return isObjectType(type) ? new GraphQLObjectType(config) : new GraphQLInterfaceType(config);
    }
    if (isUnionType(type))
      return new GraphQLUnionType({ ...common, types: () => this.#left(type.getTypes()) });
    if (isEnumType(type)) return this.#enum(type);
    if (!isInputObjectType(type)) return type;
    const fields = () =>
      this.#inputs(Object.values(type.getFields()), (field) => this.#gone.has(`${name}.${field}`));
    return new GraphQLInputObjectType({ ...common, isOneOf: type.isOneOf, fields });
  }

  #left = <T extends GraphQLNamedType>(types: readonly T[]): T[] =>
    types.filter(({ name }) => !this.#gone.has(name)).map((type) => this.type(type));

  #fields(
    type: GraphQLObjectType | GraphQLInterfaceType,
  ): Record<string, GraphQLFieldConfig<unknown, unknown>> {
    const fields: Record<string, GraphQLFieldConfig<unknown, unknown>> = {};
    for (const { name, args, ...field } of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      if (this.#gone.has(coordinate)) continue;
      const { description, deprecationReason, extensions } = field;
      fields[name] = {
        description,
        deprecationReason,
        extensions,
        type: this.#wrapped(field.type),
        args: this.#inputs(args, (name) => this.#gone.has(argumentOf(coordinate, { name }))),
      };
    }
    return fields;
  }

  #inputs(
    inputs: readonly (GraphQLArgument | GraphQLInputField)[],
    isGone: (name: string) => boolean,
  ): Record<string, GraphQLInputFieldConfig> {
    const kept: Record<string, GraphQLInputFieldConfig> = {};
    for (const { name, description, deprecationReason, extensions, type, defaultValue } of inputs) {
      if (isGone(name)) continue;
      const shown = defaultWithout(defaultValue, type, this.#gone);
      const common = { description, deprecationReason, extensions };
      kept[name] = { ...common, type: this.#wrapped(type), defaultValue: shown };
    }
    return kept;
  }

  #enum(type: GraphQLEnumType): GraphQLEnumType {
    const { name, description, extensions } = type;
    const left = type.getValues().filter((value) => !this.#gone.has(`${name}.${value.name}`));
    const values = Object.fromEntries(
      left.map((value) => {
        const { deprecationReason, extensions: own } = value;
        const config = { value: value.value as unknown, description: value.description };
        return [value.name, { ...config, deprecationReason, extensions: own }];
      }),
    );
    return new GraphQLEnumType({ name, description, extensions, values });
  }

  #wrapped<T extends GraphQLType>(type: T): T {
    if (!this.#touched.has(innermost(type))) return type;
    if (isNonNullType(type)) return new GraphQLNonNull(this.#wrapped(type.ofType)) as GraphQLType as T;
    if (isListType(type)) return new GraphQLList(this.#wrapped(type.ofType)) as GraphQLType as T;
    return this.type(innermost(type)) as GraphQLType as T;
  }
}

const innermost = (type: GraphQLType): GraphQLNamedType =>
  isNonNullType(type) || isListType(type) ? innermost(type.ofType as GraphQLType) : type;
