import { newId } from '@chorus/shared/id.ts';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';

const SCALARS: Readonly<Record<string, () => unknown>> = {
  ID: newId,
  Int: () => 1,
  Boolean: () => true,
  Date: () => '2026-01-01',
};

/** A value every resolver can unpack, although hardly any will like it. */
function example(type: GraphQLInputType): unknown {
  const named = getNullableType(type);
  if (isListType(named)) return [example(named.ofType)];
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (isInputObjectType(named)) return exampleObject(named);
  return SCALARS[named.name]?.() ?? 'x';
}

/** What must be given, and where nothing must the first thing that can be. */
function exampleObject(type: GraphQLInputObjectType): Record<string, unknown> {
  const fields = Object.values(type.getFields());
  const required = fields.filter(isRequiredInputField);
  const given = required.length > 0 ? required : fields.slice(0, 1);
  return Object.fromEntries(given.map((field) => [field.name, example(field.type)]));
}

/** The field as an operation, with arguments made from the schema. */
export function exampleOperation(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>) {
  const args = field.args.filter(isRequiredArgument);
  const declared = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const [head, call] = args.length === 0 ? ['', ''] : [`(${declared})`, `(${passed})`];
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return {
    text: `${kind} ${head} { ${field.name}${call}${selection} }`,
    variables: Object.fromEntries(args.map(({ name, type }) => [name, example(type)])),
  };
}
