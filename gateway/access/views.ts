import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { coordinatesIn, deriveSchema } from '../supergraph/supergraph.ts';

/** The schema as callers see it who do not meet some of its demands. */
export interface Views {
  /** Without every element that one of these demands binds. */
  schemaWithout: (failing: readonly number[]) => GraphQLSchema;
}

const MOST_VIEWS = 200;
const MOST_BYTES = 256 * 1024 * 1024;
/** What a type, and what each element in it, take in memory, as measured. */
const BYTES_A_TYPE = 500;
const BYTES_AN_ELEMENT = 140;

/**
 * The views of one schema, each made when it is first needed and shared by all callers who fail the same.
 * `bound` tells which demands bind an element directly; what cannot be there without it goes as well.
 */
export function views(api: GraphQLSchema, bound: ReadonlyMap<string, readonly number[]>): Views {
  const binding = new Set([...bound.values()].flat());
  const made = new LRUCache<string, GraphQLSchema>({
    max: MOST_VIEWS,
    maxSize: MOST_BYTES,
    sizeCalculation: (view) => sizeOf(view, api),
  });
  return {
    schemaWithout: (failing) => {
      const missed = new Set(failing.filter((number) => binding.has(number)));
      if (missed.size === 0) return api;
      const key = [...missed].toSorted((a, b) => a - b).join();
      let view = made.get(key);
      if (view === undefined) {
        view = deriveSchema(
          api,
          (coordinate) => !bound.get(coordinate)?.some((number) => missed.has(number)),
        );
        made.set(key, view);
      }
      return view;
    },
  };
}

/** Roughly, and without the types that a view has in common with its schema. */
function sizeOf(view: GraphQLSchema, api: GraphQLSchema): number {
  const own = Object.values(view.getTypeMap()).filter((type) => api.getType(type.name) !== type);
  const elements = own.reduce((sum, type) => sum + coordinatesIn(type).length, 0);
  return 1 + own.length * BYTES_A_TYPE + elements * BYTES_AN_ELEMENT;
}
