import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { GeneratedGraph } from './schemas.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key", "@shareable",
  "@external", "@requires", "@provides", "@inaccessible", "@interfaceObject"])\n`;

export const linked = (sdl: string): string => (sdl.includes('@link') ? sdl : LINK + sdl);

/** A number that depends on a text and on nothing else. */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What subgraphs answer requests with, before anything goes wrong. */
export type World = (subgraph: string, query: string, variables: Record<string, unknown>) => Promise<object>;

const INSTANCES = 3;

/** Every value is made up as it is asked for, and the same wherever it is asked for. */
export function worldOf({ subgraphs, members }: GeneratedGraph, seed: string): World {
  const schemas = new Map(Object.entries(subgraphs).map(([name, sdl]) => [name, schemaOf(sdl)]));
  const typeResolver = (value: unknown): string => (value as { id: string }).id.split(':')[0] ?? '';
  const fieldResolver = resolver(members, seed);
  return async (subgraph, query, variableValues) => {
    const schema = schemas.get(subgraph);
    if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
    return execute({ schema, document: parse(query), variableValues, fieldResolver, typeResolver });
  };
}

const schemaOf = (sdl: string): GraphQLSchema => {
  const schema = buildSubgraphSchema([{ typeDefs: parse(linked(sdl)) }]);
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type)) type.resolveType = (value: unknown) => typeOf(value, schema);
  return schema;
};

/** Below an interface that only the other subgraph knows the objects of, its name is all there is. */
const typeOf = (value: unknown, schema: GraphQLSchema): string => {
  const { __typename: told, id } = value as { __typename: string; id?: unknown };
  return isObjectType(schema.getType(told)) ? told : (String(id).split(':')[0] ?? '');
};

/** By whichever key an object is known. */
function idOf({
  id,
  code,
  org,
  at,
}: {
  id?: unknown;
  code?: unknown;
  org?: { id?: unknown };
  at?: unknown;
}): string {
  return String(at ?? id ?? code ?? org?.id).replace(/#.*/, '');
}

function resolver(members: GeneratedGraph['members'], seed: string): GraphQLFieldResolver<unknown, unknown> {
  const some = (type: GraphQLOutputType, place: string): unknown => {
    const number = numberOf(`${seed} ${place}`);
    if (isListType(type))
      return Array.from({ length: number % 4 }, (_, at) =>
        value(type.ofType as GraphQLOutputType, `${place}/${at}`),
      );
    const named = getNamedType(type);
    if (isEnumType(named)) return number % 9 === 0 ? 'HIDDEN' : ['A', 'B', 'C'][number % 3];
    const possible = members.get(named.name) ?? [named.name];
    const name = possible[number % possible.length] ?? '';
    if (isObjectType(named) && !/^[EN]/.test(named.name)) return { __typename: name, at: place };
    if (isAbstractType(named) || isObjectType(named))
      return {
        __typename: isObjectType(named) ? named.name : name,
        id: `${name}:${numberOf(`${seed} of ${place}`) % INSTANCES}`,
      };
    return leaf(named.name, number);
  };
  const value = (type: GraphQLOutputType, place: string): unknown => {
    if (isNonNullType(type)) return some(type.ofType as GraphQLOutputType, place);
    return numberOf(`${seed} null ${place}`) % 100 < 12 ? null : some(type, place);
  };
  return (source, args, _context, { fieldName, parentType, returnType }) => {
    const parent = (source ?? { id: parentType.name }) as Record<string, unknown>;
    const id = idOf(parent);
    if (fieldName === 'echo') return JSON.stringify(args);
    if (fieldName.startsWith('made')) return JSON.stringify(sorted(parent));
    if (/^[EH]/.test(id) && !id.includes('.')) {
      if (fieldName === 'id') return parentType.name === 'Org' ? `${id}#o` : id;
      if (fieldName === 'code') return `${id}#c`;
      if (fieldName === 'org') return { __typename: 'Org', id: `${id}#o` };
      if (fieldName === 'region') return numberOf(id) % 5;
    }
    return value(returnType, `${id}.${fieldName}`);
  };
}

function leaf(type: string, number: number): unknown {
  const small = number % 1000;
  switch (type) {
    case 'Int':
      return number % 5 === 0 ? 0 : small;
    case 'Float':
      return number % 5 === 0 ? 0 : small / 4;
    case 'Boolean':
      return number % 2 === 0;
    case 'Scalar':
      return [
        { k: [small, null], __typename: 'Nobody' },
        [small, 'x'],
        small,
        JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
      ][number % 4];
    default:
      return number % 7 === 0 ? '' : `${type} ${small}`;
  }
}

/** An object with its names in order, so that the order in which it was sent makes no difference. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
