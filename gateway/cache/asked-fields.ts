import {
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { compileRequired } from './feeding.ts';

/** A field that is asked for, on the type of the object as it was asked. */
export interface AskedField {
  on: GraphQLNamedType;
  name: string;
}

/** All that a document asks for, at any depth. */
export function fieldsIn(asked: DocumentNode, types: GraphQLSchema): AskedField[] {
  const fields: AskedField[] = [];
  const info = new TypeInfo(types);
  const enter = (name: string) => {
    const on = info.getParentType();
    if (on) fields.push({ on, name });
  };
  visit(asked, visitWithTypeInfo(info, { [Kind.FIELD]: { enter: (node) => enter(node.name.value) } }));
  return fields;
}

/** The same and all from which any of them is worked out, which is part of its value. */
export function withRequired(
  fields: readonly AskedField[],
  supergraph: DocumentNode,
  types: GraphQLSchema,
): AskedField[] {
  const required = compileRequired(supergraph);
  const all = new Map<string, AskedField>();
  const add = (field: AskedField) => {
    const { on, name } = field;
    if (all.has(`${on.name}.${name}`)) return;
    all.set(`${on.name}.${name}`, field);
    const fragments = holdersOf(on, types).flatMap((type) => required.get(`${type.name}.${name}`) ?? []);
    for (const fragment of fragments) fieldsIn(fragment, types).forEach(add);
  };
  fields.forEach(add);
  return [...all.values()];
}

/** The types of the objects that can stand for one of this type. */
export const holdersOf = (type: GraphQLNamedType, types: GraphQLSchema): readonly GraphQLNamedType[] =>
  isAbstractType(type) ? types.getPossibleTypes(type) : [type];
