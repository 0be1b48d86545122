import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON = new Set(dictionary['passwords-common']);
/** A shorter word of the tenant or the person is in too many passwords by chance. */
const SHORTEST_WORD = 4;

/**
 * Whether a password is among the first that anybody would try: one of the 49,000 most common, or hardly more than a
 * word that belongs to the product, the tenant or the person.
 */
export function isCommonPassword(password: string, words: readonly string[]): boolean {
  const folded = password.normalize('NFKC').toLowerCase();
  const letters = folded.replaceAll(/[^\p{L}]/gu, '');
  if (COMMON.has(folded) || new Set(folded).size < 3) return true;
  return ['chorus', ...words.map((word) => word.toLowerCase())].some(
    (word) => word.length >= SHORTEST_WORD && (letters === word || folded === word),
  );
}
