/** Gives a variable's value: the caller's, else the operation's default; undefined for none. */
export type Read = (variable: string) => unknown;

/** A part of a cost; a number where no variable has a part in it. */
export type Term = number | ((read: Read) => number);

export const valueOf = (term: Term, read: Read): number => (typeof term === 'number' ? term : term(read));

/** Sums stop at the largest safe integer, so that none wraps around or becomes inexact. */
export const plus = (a: number, b: number): number => Math.min(Number.MAX_SAFE_INTEGER, a + b);

export function total(terms: readonly Term[]): Term {
  const varying = terms.filter((term) => typeof term === 'function');
  const fixed = terms.filter((term) => typeof term === 'number').reduce(plus, 0);
  if (varying.length === 0) return fixed;
  return (read) => varying.reduce((sum, term) => plus(sum, term(read)), fixed);
}
