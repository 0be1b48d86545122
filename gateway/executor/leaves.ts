import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLLeafType,
} from 'graphql';

/** Stands for a value that its type does not have. */
export const INVALID = Symbol('invalid');

/** A leaf as its type defines it: the value, another form of it, or INVALID. */
export type Leaf = (value: unknown) => unknown;

const MOST_INT = 2 ** 31;

const string: Leaf = (value) => (typeof value === 'string' ? value : INVALID);
const boolean: Leaf = (value) => (typeof value === 'boolean' ? value : INVALID);
// JSON can write a number that is too large for one.
const float: Leaf = (value) => (Number.isFinite(value) ? value : INVALID);
const int: Leaf = (value) =>
  Number.isInteger(value) && (value as number) >= -MOST_INT && (value as number) < MOST_INT ? value : INVALID;
// Identifiers are written as strings, whatever a subgraph counts with.
const id: Leaf = (value) =>
  typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : INVALID;
const any: Leaf = (value) => value;

const BUILT_IN = new Map<string, Leaf>([
  [GraphQLString.name, string],
  [GraphQLBoolean.name, boolean],
  [GraphQLFloat.name, float],
  [GraphQLInt.name, int],
  [GraphQLID.name, id],
]);

/** What a type makes of a value that is not null; only subgraphs know what a scalar of theirs may be. */
export function leafOf(type: GraphQLLeafType): Leaf {
  if (!isEnumType(type)) return BUILT_IN.get(type.name) ?? any;
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => (names.has(value) ? value : INVALID);
}
