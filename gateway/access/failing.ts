import type { FieldEntry } from './tree.ts';

/** A field that is not sent, and the number of the demand that explains it best. */
export interface Denial {
  entry: FieldEntry;
  failed: number;
}

/** The demands of an operation that one caller does not meet. */
export interface Failing {
  /** Mutations run their root fields whatever is left to tell of them. */
  mutation: boolean;
  /** The one to name of those that fail; undefined when all are met. */
  first: (demands: readonly number[]) => number | undefined;
  /** Why a field is denied; undefined when it is not. */
  field: (entry: FieldEntry, types: readonly string[]) => number | undefined;
  anyOf: (byName: ReadonlyMap<string, readonly number[]>) => boolean;
}

/** `order` holds all failing numbers, the one to name first; `inputs` those of them that the value of a variable fails. */
export function failingOf(
  order: readonly number[],
  inputs: ReadonlyMap<string, number>,
  mutation: boolean,
): Failing {
  const failed = new Set(order);
  const first = (demands: readonly number[]): number | undefined => {
    if (failed.size === 0 || !demands.some((number) => failed.has(number))) return undefined;
    return order.find((number) => demands.includes(number));
  };
  return {
    mutation,
    first,
    anyOf: (byName) =>
      failed.size > 0 && [...byName.values()].some((demands) => first(demands) !== undefined),
    field: (entry, types) => {
      const given = entry.variables.flatMap((name) => inputs.get(name) ?? []);
      const own = first(given.length === 0 ? entry.demands : [...entry.demands, ...given]);
      if (own !== undefined) return own;
      const closed = types.map((type) => first(entry.names.get(type) ?? []));
      return closed.includes(undefined) ? undefined : closed[0];
    },
  };
}
