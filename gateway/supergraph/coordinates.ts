import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLNamedType,
} from 'graphql';

/** Coordinates, `Type`, `Type.member` and `Type.field(argument)`, of what a smaller schema does not have. */
export type Gone = ReadonlySet<string>;

interface Member {
  name: string;
  args?: readonly GraphQLArgument[];
}

/** Fields, input fields or enum values. */
export function membersOf(type: GraphQLNamedType): readonly Member[] {
  if (isObjectType(type) || isInterfaceType(type)) return Object.values(type.getFields());
  if (isInputObjectType(type)) return Object.values(type.getFields());
  return isEnumType(type) ? type.getValues() : [];
}

export const argumentOf = (field: string, { name }: { name: string }): string => `${field}(${name})`;

/** Every member of a type, and every argument of its fields. */
export const coordinatesIn = (type: GraphQLNamedType): string[] =>
  membersOf(type).flatMap(({ name, args = [] }) => {
    const coordinate = `${type.name}.${name}`;
    return [coordinate, ...args.map((argument) => argumentOf(coordinate, argument))];
  });
