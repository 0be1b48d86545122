import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';

/**
 * The types, fields and enum values of the public schema without a description, since descriptions are the API
 * reference. Arguments are described by their field.
 */
export function undescribed(schema: GraphQLSchema): string[] {
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType()]);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) return [];
    const parts =
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : isEnumType(type)
          ? type.getValues()
          : [];
    return [
      ...(roots.has(type) || type.description ? [] : [type.name]),
      ...parts.filter(({ description }) => !description).map(({ name }) => `${type.name}.${name}`),
    ];
  });
}
