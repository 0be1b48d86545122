import type { Demand } from './demands.ts';

/** More combinations than any schema has; beyond them a rule simply stays. */
const MOST_COMBINATIONS = 1000;

/** Whether everybody who meets all the others meets this demand too; false where that cannot be told. */
export function implied(demand: Demand | undefined, others: readonly Demand[]): boolean {
  if (demand === undefined) return false;
  if (others.some((other) => JSON.stringify(other) === JSON.stringify(demand))) return true;
  if (demand.kind !== 'scopes' && demand.kind !== 'policies') return false;
  const { kind } = demand;
  const same = others.flatMap((other) => (other.kind === kind ? [other.anyOf] : []));
  const held = combinations(same);
  return (
    held !== undefined &&
    held.every((all) => demand.anyOf.some((some) => some.every((name) => all.has(name))))
  );
}

/** Every least set of names that meets all lists; undefined when there are too many. */
function combinations(lists: readonly (readonly (readonly string[])[])[]): Set<string>[] | undefined {
  let sets = [new Set<string>()];
  for (const anyOf of lists) {
    sets = sets.flatMap((set) => anyOf.map((names) => new Set([...set, ...names])));
    if (sets.length > MOST_COMBINATIONS) return undefined;
  }
  return sets;
}
