import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Tagged elements that are nevertheless not in the contract, because nothing leads to them or they cannot stand alone. */
export const lostTags = (tags: ReadonlySet<string>, contract: GraphQLSchema | undefined): string[] =>
  [...tags]
    .filter((coordinate) => contract === undefined || !has(contract, coordinate))
    .map((coordinate) => `${coordinate} is tagged for partners, but it cannot be in their schema.`);

function has(schema: GraphQLSchema, coordinate: string): boolean {
  const [, name = '', member, argument] = /^(\w+)(?:\.(\w+))?(?:\((\w+)\))?$/.exec(coordinate) ?? [];
  const type = schema.getType(name);
  if (type === undefined || member === undefined) return type !== undefined;
  if (isEnumType(type)) return type.getValue(member) !== null && type.getValue(member) !== undefined;
  if (isInputObjectType(type)) return Object.hasOwn(type.getFields(), member);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[member] : undefined;
  return field !== undefined && (argument === undefined || field.args.some((one) => one.name === argument));
}
