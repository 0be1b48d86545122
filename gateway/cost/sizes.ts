import { Kind, type FieldNode, type ValueNode } from 'graphql';
import type { ListSize, Slicing } from './tables.ts';
import type { Read } from './terms.ts';

/** How many items a list has, as far as anything says so; a number where no variable has a part in it. */
export type Size = number | undefined | ((read: Read) => number | undefined);

/** What a field says about lists right below it. */
export interface SizeBelow {
  fields: readonly string[];
  size: Size;
}

const MOST_ITEMS = 1000;
/** Of lists about which nothing is said. */
export const DEFAULT_ITEMS = 10;

/** What a value of a slicing argument says about the length of a list. */
export function lengthOf(value: unknown, isList: boolean): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isList) return Array.isArray(value) ? value.length : 1;
  return typeof value === 'number' ? value : undefined;
}

/** The items of a field with so many lists around its type; what nobody says is the default, on each level below the first. */
export function itemsOf(size: number | undefined, levels: number): number {
  if (levels === 0) return 1;
  return Math.min(MOST_ITEMS, Math.max(0, size ?? DEFAULT_ITEMS)) * DEFAULT_ITEMS ** (levels - 1);
}

/** The largest of what a field's `@listSize` directives say. */
export const sizeOf = (sizes: readonly ListSize[], node: FieldNode): Size =>
  largest(sizes.map((size) => sizeBy(size, node)));

export const sizesBelow = (sizes: readonly ListSize[], node: FieldNode): SizeBelow[] =>
  sizes
    .filter(({ sizedFields }) => sizedFields.length > 0)
    .map((size) => ({ fields: size.sizedFields, size: sizeBy(size, node) }));

/** The largest size that the field above tells for a field. */
export function toldSize(field: string, above: readonly SizeBelow[], read: Read): number | undefined {
  let told: number | undefined;
  for (const { fields, size } of above) {
    const found = fields.includes(field) ? knownSize(size, read) : undefined;
    if (found !== undefined && (told === undefined || found > told)) told = found;
  }
  return told;
}

export const knownSize = (size: Size, read: Read): number | undefined =>
  typeof size === 'function' ? size(read) : size;

function sizeBy({ slicing, assumed }: ListSize, node: FieldNode): Size {
  const given = largest(slicing.map((argument) => sizeGiven(argument, node)));
  return typeof given === 'function' ? (read) => given(read) ?? assumed : (given ?? assumed);
}

function sizeGiven({ argument, isList, fallback }: Slicing, node: FieldNode): Size {
  const value = node.arguments?.find(({ name }) => name.value === argument)?.value;
  if (value === undefined) return fallback;
  if (value.kind !== Kind.VARIABLE) return literalLength(value, isList);
  const { value: variable } = value.name;
  return (read) => {
    const given = read(variable);
    return given === undefined ? fallback : lengthOf(given, isList);
  };
}

function literalLength(value: ValueNode, isList: boolean): number | undefined {
  if (value.kind === Kind.NULL) return undefined;
  if (isList) return value.kind === Kind.LIST ? value.values.length : 1;
  return value.kind === Kind.INT ? Number(value.value) : undefined;
}

function largest(sizes: readonly Size[]): Size {
  if (sizes.length < 2) return sizes[0];
  const known = sizes.filter((size) => typeof size === 'number');
  const fixed = known.length === 0 ? undefined : Math.max(...known);
  const varying = sizes.filter((size) => typeof size === 'function');
  if (varying.length === 0) return fixed;
  return (read) => {
    const found = [fixed, ...varying.map((size) => size(read))].filter((size) => size !== undefined);
    return found.length === 0 ? undefined : Math.max(...found);
  };
}
