import type { PublicError } from '@chorus/shared/errors.ts';

const MOST_ERRORS = 20;

const place = ({ path = [] }: PublicError): string => path.join('/');
const shape = ({ path = [] }: PublicError): string =>
  path.map((step) => (typeof step === 'number' ? '#' : step)).join('/');

/**
 * At most 20 errors, no two of one code at one place. When there are more, every kind of place is represented
 * before any is repeated, so that a long list cannot hide another failure.
 */
export function selectErrors(errors: readonly PublicError[]): PublicError[] {
  const distinct = [
    ...new Map(errors.map((error) => [`${error.extensions.code} ${place(error)}`, error])).values(),
  ];
  if (distinct.length <= MOST_ERRORS) return distinct;
  const firsts = new Map<string, PublicError>();
  for (const error of distinct) {
    const kind = `${error.extensions.code} ${shape(error)}`;
    if (!firsts.has(kind)) firsts.set(kind, error);
  }
  const chosen = new Set(firsts.values());
  return [...chosen, ...distinct.filter((error) => !chosen.has(error))].slice(0, MOST_ERRORS);
}
