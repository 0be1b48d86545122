import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { argumentOf, type Gone } from './coordinates.ts';

/**
 * Names of the types that a client can meet, given what is gone: those that fields return or take, what such an
 * interface or union can be, and interfaces of those. An interface that is only implemented leads to no other implementer.
 */
export function reachable(schema: GraphQLSchema, gone: Gone): ReadonlySet<string> {
  const search = new Search(schema, gone);
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root !== null && root !== undefined) search.value(root);
  for (const { args } of schema.getDirectives())
    for (const { type } of args) search.value(getNamedType(type));
  for (const type of Object.values(schema.getTypeMap())) if (type.name.startsWith('__')) search.value(type);
  return search.run();
}

class Search {
  readonly #reached = new Set<string>();
  readonly #values = new Set<GraphQLNamedType>();
  readonly #waiting: GraphQLNamedType[] = [];
  readonly #schema: GraphQLSchema;
  readonly #gone: Gone;

  constructor(schema: GraphQLSchema, gone: Gone) {
    this.#schema = schema;
    this.#gone = gone;
  }

  /** A type of which a client can get or give a value. */
  value(type: GraphQLNamedType): void {
    if (this.#gone.has(type.name) || this.#values.has(type)) return;
    this.#values.add(type);
    this.#mention(type);
    if (isInterfaceType(type)) {
      const { objects, interfaces } = this.#schema.getImplementations(type);
      for (const one of [...objects, ...interfaces]) this.value(one);
    }
    if (isUnionType(type)) for (const one of type.getTypes()) this.value(one);
  }

  run(): ReadonlySet<string> {
    for (let type = this.#waiting.pop(); type !== undefined; type = this.#waiting.pop()) this.#visit(type);
    return this.#reached;
  }

  /** A type that is named, whether or not anything returns it. */
  #mention(type: GraphQLNamedType): void {
    if (this.#gone.has(type.name) || this.#reached.has(type.name)) return;
    this.#reached.add(type.name);
    this.#waiting.push(type);
  }

  #visit(type: GraphQLNamedType): void {
    if (isObjectType(type) || isInterfaceType(type)) this.#fields(type);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields()))
      if (!this.#gone.has(`${type.name}.${field.name}`)) this.value(getNamedType(field.type));
  }

  #fields(type: GraphQLObjectType | GraphQLInterfaceType): void {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (this.#gone.has(coordinate)) continue;
      this.value(getNamedType(field.type));
      for (const argument of field.args)
        if (!this.#gone.has(argumentOf(coordinate, argument))) this.value(getNamedType(argument.type));
    }
    for (const implemented of type.getInterfaces()) this.#mention(implemented);
  }
}
