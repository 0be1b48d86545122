import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { argumentOf, coordinatesIn, membersOf, type Gone } from './coordinates.ts';
import { defaultWithout } from './default-values.ts';
import { reachable } from './reachable.ts';

/**
 * Everything that cannot stay once some elements go, down to what is no longer reachable. An interface has a field only
 * while all of its implementers do, and an argument with a default that cannot be shown goes where it may not be null.
 */
export function closureOf(schema: GraphQLSchema, keep: (coordinate: string) => boolean): Gone {
  const closure = new Closure(schema);
  closure.remove(keep);
  closure.settle();
  closure.removeUnreachable();
  // Only now, because implementers that nothing leads to have no say about their interface.
  closure.settle({ withInterfaces: true });
  closure.removeUnreachable();
  return closure.gone;
}

type Fielded = GraphQLObjectType | GraphQLInterfaceType;

class Closure {
  readonly gone = new Set<string>();
  readonly #schema: GraphQLSchema;
  readonly #types: readonly GraphQLNamedType[];

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
    this.#types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  }

  remove(keep: (coordinate: string) => boolean): void {
    for (const type of this.#types) {
      const stays = keep(type.name);
      if (!stays && !this.#isQuery(type)) this.gone.add(type.name);
      for (const coordinate of coordinatesIn(type))
        if (!stays || !keep(coordinate)) this.gone.add(coordinate);
    }
  }

  settle({ withInterfaces = false } = {}): void {
    let before: number;
    do {
      before = this.gone.size;
      for (const type of this.#types) {
        if (this.gone.has(type.name)) continue;
        if (isObjectType(type) || isInterfaceType(type)) this.#fields(type);
        if (withInterfaces && (isObjectType(type) || isInterfaceType(type))) this.#interfaces(type);
        if (isInputObjectType(type)) this.#inputFields(type);
        if (!this.#isQuery(type) && !this.#lives(type)) this.gone.add(type.name);
      }
    } while (this.gone.size > before);
  }

  removeUnreachable(): void {
    const reached = reachable(this.#schema, this.gone);
    for (const { name } of this.#types) if (!reached.has(name)) this.gone.add(name);
  }

  #fields(type: Fielded): void {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (this.gone.has(coordinate)) continue;
      for (const argument of field.args)
        if (this.#isGone(argument) || this.#defaultIsGone(argument))
          this.gone.add(argumentOf(coordinate, argument));
      const required = field.args.filter((argument) => isRequiredArgument(argument));
      if (this.#isGone(field) || required.some((argument) => this.gone.has(argumentOf(coordinate, argument))))
        this.gone.add(coordinate);
    }
  }

  #interfaces(type: Fielded): void {
    for (const of of type.getInterfaces()) {
      if (this.gone.has(of.name)) continue;
      for (const field of Object.values(of.getFields())) this.#implemented(type, of, field);
    }
  }

  #implemented(type: Fielded, of: GraphQLInterfaceType, field: GraphQLField<unknown, unknown>): void {
    const [mine, theirs] = [`${type.name}.${field.name}`, `${of.name}.${field.name}`];
    for (const argument of type.getFields()[field.name]?.args ?? []) {
      if (this.gone.has(argumentOf(mine, argument))) this.gone.add(argumentOf(theirs, argument));
      else if (isRequiredArgument(argument) && this.gone.has(argumentOf(theirs, argument)))
        this.gone.add(theirs);
    }
    if (this.gone.has(mine)) this.gone.add(theirs);
  }

  #inputFields(type: GraphQLInputObjectType): void {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (this.#isGone(field) || this.#defaultIsGone(field)) this.gone.add(coordinate);
      if (isRequiredInputField(field) && this.gone.has(coordinate)) this.gone.add(type.name);
    }
  }

  #lives(type: GraphQLNamedType): boolean {
    const stays = ({ name }: { name: string }) => !this.gone.has(name);
    if (isUnionType(type)) return type.getTypes().some(stays);
    if (isInterfaceType(type) && !this.#schema.getPossibleTypes(type).some(stays)) return false;
    const members = membersOf(type);
    return members.length === 0 || members.some(({ name }) => !this.gone.has(`${type.name}.${name}`));
  }

  #isGone = ({ type }: { type: Parameters<typeof getNamedType>[0] }): boolean =>
    this.gone.has(getNamedType(type)?.name ?? '');

  #defaultIsGone = ({ type, defaultValue }: Pick<GraphQLArgument, 'type' | 'defaultValue'>): boolean =>
    defaultValue !== undefined &&
    isNonNullType(type) &&
    defaultWithout(defaultValue, type, this.gone) === undefined;

  #isQuery = (type: GraphQLNamedType): boolean => type === this.#schema.getQueryType();
}
