/** A place in the log, as Redis numbers entries: `1700000000000-0`. */
export interface Place {
  ms: number;
  /** Among those of the same millisecond. */
  sequence: number;
}

export const BEGINNING: Place = { ms: 0, sequence: 0 };

const FORM = /^(\d{1,15})-(\d{1,15})$/;

/** Undefined for anything else. */
export function placeOf(id: unknown): Place | undefined {
  const [, ms, sequence] = typeof id === 'string' ? (FORM.exec(id) ?? []) : [];
  return ms === undefined || sequence === undefined
    ? undefined
    : { ms: Number(ms), sequence: Number(sequence) };
}

export const isAfter = (one: Place, other: Place): boolean =>
  one.ms === other.ms ? one.sequence > other.sequence : one.ms > other.ms;
