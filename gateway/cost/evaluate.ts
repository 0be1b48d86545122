import { holds } from './conditions.ts';
import { itemsOf, knownSize, toldSize, type SizeBelow } from './sizes.ts';
import { plus, valueOf, type Read } from './terms.ts';
import type { FieldTerm, Level, Selections } from './tree.ts';

/** What is selected of one object costs, of whichever type it is: as much as of the dearest. */
export const costOfLevel = (level: Level, read: Read, above: readonly SizeBelow[]): number =>
  Math.max(0, ...costsByType(level, read, above));

/** The same for each of the level's types. `above` is what the field above says about the lists here. */
export function costsByType(level: Level, read: Read, above: readonly SizeBelow[]): number[] {
  const costs = level.types.map(() => 0);
  visitFields(level, read, (field, at) => {
    const cost = costOfField(field, read, above);
    for (const index of at) costs[index] = plus(costs[index] ?? 0, cost);
  });
  return costs;
}

type Visit = (field: FieldTerm, at: readonly number[]) => void;

/** Every field these variables leave in, with the level's types that have it. What is selected twice comes twice. */
export function visitFields({ selections, types }: Level, read: Read, visit: Visit): void {
  const enter = ({ fields, fragments }: Selections, at: readonly number[]): void => {
    if (at.length === 0) return;
    for (const field of fields) if (holds(field.when, read)) visit(field, at);
    for (const { when, types: about, selections: inner } of fragments) {
      if (!holds(when, read)) continue;
      enter(inner, about === undefined ? at : at.filter((index) => about.has(types[index] ?? '')));
    }
  };
  enter(selections, [...types.keys()]);
}

export const costOfField = (field: FieldTerm, read: Read, above: readonly SizeBelow[]): number =>
  plus(itemsOfField(field, read, above) * costOfEach(field, read), valueOf(field.arguments, read));

const costOfEach = ({ each, weight, below, sizes }: FieldTerm, read: Read): number =>
  each ?? plus(weight, costOfLevel(below, read, sizes));

/** How many objects or values there are: one, or as many as the field above or its own directives say. */
export const itemsOfField = (
  { name, levels, size }: FieldTerm,
  read: Read,
  above: readonly SizeBelow[],
): number => (levels === 0 ? 1 : itemsOf(toldSize(name, above, read) ?? knownSize(size, read), levels));
