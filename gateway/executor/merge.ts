import { isData, isInherited, own, put, type Data } from '../data.ts';
import type { FieldShape } from '../transport/transport.ts';

/** A response name that a fetch brings. */
export interface MergedField {
  /** As the subgraph was asked for it. */
  from: string;
  /** As it is kept. */
  name: string;
  /** Whether objects inherit something of such a name. */
  inherited: boolean;
  /** Of which types the objects are that have it under this name; undefined for any. */
  fits: Renamed['fits'] | undefined;
  /** What is below, when other fetches write there too; undefined when the value can be taken as it is. */
  below: readonly MergedField[] | undefined;
}

/** Where a fetch writes: response names from the root, without list items. */
export interface Written {
  path: readonly string[];
  fields: readonly FieldShape[];
  renamed: Renames;
}

/** Names the planner made up, with the ones they stand for. */
export type Renames = ReadonlyMap<string, Renamed>;

export interface Renamed {
  name: string;
  /** Whether it made the name up for objects that tell this type. */
  fits: (typename: unknown) => boolean;
}

/**
 * How each fetch of a plan is merged. Answers are shared, so an object is copied where another fetch of the plan adds
 * to it, and taken as it is everywhere else.
 */
export function mergedFields(fetches: readonly Written[]): (fetch: Written) => readonly MergedField[] {
  const writers = new Map<string, number>();
  const count = (place: string, fields: readonly FieldShape[], renamed: Renames): void => {
    writers.set(place, (writers.get(place) ?? 0) + 1);
    for (const { name, fields: below } of fields)
      if (below !== undefined) count(`${place}.${renamed.get(name)?.name ?? name}`, below, renamed);
  };
  for (const { path, fields, renamed } of fetches) count(placeOf(path), fields, renamed);

  const merged = (place: string, fields: readonly FieldShape[], renamed: Renames): MergedField[] =>
    fields.map(({ name: from, fields: inner }) => {
      const { name = from, fits } = renamed.get(from) ?? {};
      const here = `${place}.${name}`;
      const below = inner === undefined ? [] : merged(here, inner, renamed);
      const isOpen = (writers.get(here) ?? 0) > 1 || below.some(isChanged);
      const inherited = isInherited(from) || isInherited(name);
      return { from, name, inherited, fits, below: isOpen ? below : undefined };
    });
  return ({ path, fields, renamed }) => merged(placeOf(path), fields, renamed);
}

const isChanged = ({ from, name, below }: MergedField): boolean => below !== undefined || from !== name;

const placeOf = (path: readonly string[]): string => ['', ...path.filter((step) => step !== '@')].join('.');

/** Adds what a fetch brought for an object; the source is left as it is. */
export function merge(target: Data, source: Readonly<Data>, fields: readonly MergedField[]): void {
  for (const { from, name, inherited, fits, below } of fields) {
    const value = inherited ? own(source, from) : source[from];
    if (value === undefined || fits?.(source['__typename']) === false) continue;
    if (below === undefined || value === null) put(target, name, value);
    else put(target, name, merged(inherited ? own(target, name) : target[name], value, below));
  }
}

function merged(held: unknown, value: unknown, fields: readonly MergedField[]): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = Array.isArray(held) && held.length === value.length ? held : [];
    return value.map((item: unknown, index) => merged(items[index], item, fields));
  }
  if (!isData(value)) return value;
  const target = isData(held) ? held : {};
  merge(target, value, fields);
  return target;
}
