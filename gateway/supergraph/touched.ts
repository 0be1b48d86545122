import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { coordinatesIn, type Gone } from './coordinates.ts';

/** The types that a smaller schema has in another form, because something of them, or of a type they lead to, is gone. */
export function touchedBy(schema: GraphQLSchema, gone: Gone): ReadonlySet<GraphQLNamedType> {
  const users = usersIn(schema);
  const touched = new Set<GraphQLNamedType>();
  const waiting = Object.values(schema.getTypeMap()).filter(
    (type) => gone.has(type.name) || coordinatesIn(type).some((coordinate) => gone.has(coordinate)),
  );
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (touched.has(type)) continue;
    touched.add(type);
    waiting.push(...(users.get(type) ?? []));
  }
  return touched;
}

type Users = ReadonlyMap<GraphQLNamedType, readonly GraphQLNamedType[]>;

const known = new WeakMap<GraphQLSchema, Users>();

/** For each type those whose definition names it. */
function usersIn(schema: GraphQLSchema): Users {
  let users = known.get(schema) as Map<GraphQLNamedType, GraphQLNamedType[]> | undefined;
  if (users !== undefined) return users;
  users = new Map();
  for (const type of Object.values(schema.getTypeMap())) {
    for (const used of usedBy(type)) {
      const others = users.get(used);
      if (others === undefined) users.set(used, [type]);
      else others.push(type);
    }
  }
  known.set(schema, users);
  return users;
}

function usedBy(type: GraphQLNamedType): Set<GraphQLNamedType> {
  const used = new Set<GraphQLNamedType>();
  if (isUnionType(type)) for (const member of type.getTypes()) used.add(member);
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields())) used.add(getNamedType(field.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return used;
  for (const one of type.getInterfaces()) used.add(one);
  for (const field of Object.values(type.getFields())) {
    used.add(getNamedType(field.type));
    for (const { type: input } of field.args) used.add(getNamedType(input));
  }
  return used;
}
