import { isCommonPassword } from './common-passwords.ts';
import { isPasswordLength } from './passwords.ts';

/** Why a password cannot be chosen; there are no rules about what it is made of. */
export type PasswordWeakness = 'wrong-length' | 'too-common';

/** What people are told. */
export const WEAKNESSES: Record<PasswordWeakness, string> = {
  'wrong-length': 'A password has from 8 to 128 characters.',
  'too-common': 'That password is among the first that anybody would try; choose another one.',
};

/** `phrases` are the names and addresses that belong to the person. */
export function passwordWeakness(password: string, phrases: readonly string[]): PasswordWeakness | undefined {
  if (!isPasswordLength(password)) return 'wrong-length';
  return isCommonPassword(password, phrases.flatMap(wordsOf)) ? 'too-common' : undefined;
}

/** A phrase, each of its words, and all of them without what stands between. */
const wordsOf = (phrase: string): string[] => {
  const words = phrase.split(/[^\p{L}\p{N}]+/u);
  return [phrase, ...words, words.join('')];
};
