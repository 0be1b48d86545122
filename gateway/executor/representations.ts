import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isObjectType, Kind, type GraphQLSchema } from 'graphql';
import { isData, own, put, type Data } from '../data.ts';
import { isOfType, rewrite } from './rewrites.ts';

/** What a subgraph is told of the objects it is to add to, each only once. */
export interface Represented {
  /** As JSON, */
  texts: string[];
  /** with the types they are sent as. */
  types: string[];
  /** The objects that have a representation, */
  targets: Data[];
  /** and for each of them where in `texts`. */
  positions: number[];
}

export type Represent = (objects: readonly Data[]) => Represented;

/** Prepares what a fetch requires of the objects; one that lacks something of it is not asked about. */
export function representing(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
): Represent {
  const flat = rewrites.length === 0 ? flatKeys(schema, requires) : undefined;
  return flat === undefined ? representGeneral(schema, requires, rewrites) : representFlat(flat);
}

/** The representation of one type when it holds leaves only. */
interface FlatKey {
  /** The texts before the values, names included. */
  parts: readonly string[];
  names: readonly string[];
}

/** By type; undefined when objects within objects are required, or one object could fit several parts. */
function flatKeys(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
): ReadonlyMap<string, FlatKey> | undefined {
  const keys = new Map<string, FlatKey>();
  for (const node of requires) {
    if (node.kind !== Kind.INLINE_FRAGMENT || node.typeCondition === undefined) return undefined;
    const { typeCondition: type, selections } = node;
    if (!isObjectType(schema.getType(type)) || keys.has(type)) return undefined;
    const names: string[] = [];
    for (const field of selections) {
      if (field.kind !== Kind.FIELD || field.selections !== undefined || field.alias !== undefined)
        return undefined;
      if (field.name !== '__typename') names.push(field.name);
    }
    if (names.length + 1 !== selections.length || new Set(names).size !== names.length) return undefined;
    const head = `{"__typename":${JSON.stringify(type)}`;
    const parts = names.map((name, index) => `${index === 0 ? head : ''},${JSON.stringify(name)}:`);
    keys.set(type, { parts: names.length === 0 ? [head] : parts, names });
  }
  return keys;
}

/** The usual case: an object is known by its type and its one key value, and written only once. */
function representFlat(keys: ReadonlyMap<string, FlatKey>): Represent {
  return (objects) => {
    const seen = new Map<string, Map<unknown, number>>();
    const represented: Represented = { texts: [], types: [], targets: [], positions: [] };
    const { texts, types, targets, positions } = represented;
    for (const object of objects) {
      const type = object['__typename'] as string;
      const key = keys.get(type);
      if (key === undefined) continue;
      const value = identifying(object, key);
      if (value === undefined) continue;
      let known = seen.get(type);
      if (known === undefined) seen.set(type, (known = new Map()));
      let position = known.get(value);
      if (position === undefined) {
        position = texts.push(textOf(object, key)) - 1;
        types.push(type);
        known.set(value, position);
      }
      targets.push(object);
      positions.push(position);
    }
    return represented;
  };
}

/** Equal for equal representations of one type; undefined when something is missing. */
function identifying(object: Data, key: FlatKey): unknown {
  const { names } = key;
  for (const name of names) if (own(object, name) === undefined) return undefined;
  const [only = ''] = names;
  if (names.length !== 1) return textOf(object, key);
  const value = object[only];
  if (typeof value === 'object' && value !== null) return textOf(object, key);
  // JSON writes a number that is too large for one as null.
  return value === Infinity || value === -Infinity ? null : value;
}

function textOf(object: Data, { parts, names }: FlatKey): string {
  let text = names.length === 0 ? (parts[0] as string) : '';
  for (let index = 0; index < names.length; index += 1)
    text += `${parts[index] as string}${JSON.stringify(object[names[index] as string])}`;
  return `${text}}`;
}

function representGeneral(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
): Represent {
  return (objects) => {
    const seen = new Map<string, number>();
    const represented: Represented = { texts: [], types: [], targets: [], positions: [] };
    for (const object of objects) {
      const representation = selected(schema, object, requires);
      if (!isData(representation) || own(representation, '__typename') === undefined) continue;
      rewrite(schema, rewrites, representation);
      const text = JSON.stringify(representation);
      let position = seen.get(text);
      if (position === undefined) {
        position = represented.texts.push(text) - 1;
        represented.types.push(String(representation['__typename']));
        seen.set(text, position);
      }
      represented.targets.push(object);
      represented.positions.push(position);
    }
    return represented;
  };
}

/** The part of a value that is required; null for an object that lacks something of it. */
function selected(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
): unknown {
  if (Array.isArray(value)) return value.map((item) => selected(schema, item, selections));
  if (!isData(value)) return null;
  const result: Data = {};
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      const name = node.alias ?? node.name;
      const held = own(value, name);
      if (held === undefined) return null;
      put(result, name, node.selections === undefined ? held : selected(schema, held, node.selections));
      continue;
    }
    const type = own(value, '__typename');
    if (node.typeCondition === undefined || typeof type !== 'string') continue;
    if (!isOfType(schema, type, node.typeCondition)) continue;
    const part = selected(schema, value, node.selections);
    if (isData(part)) overlay(result, part);
  }
  return result;
}

/** Puts together what several type conditions require of one object; the target is a copy of our own. */
function overlay(target: Data, source: Data): void {
  for (const [name, value] of Object.entries(source)) put(target, name, overlaid(own(target, name), value));
}

function overlaid(held: unknown, value: unknown): unknown {
  if (held === value) return value;
  if (Array.isArray(held) && Array.isArray(value) && held.length === value.length)
    return value.map((item: unknown, index) => overlaid(held[index], item));
  if (!isData(held) || !isData(value)) return value;
  overlay(held, value);
  return held;
}
