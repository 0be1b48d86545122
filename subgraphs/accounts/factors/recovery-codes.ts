import { createHmac, randomInt } from 'node:crypto';
import { derivedKey } from '../encryption/derived-key.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const FORM = /^[A-Z2-7]{24}$/;
const PURPOSE = 'chorus recovery code';
const HOW_MANY = 10;

/** 24 characters of base32, 120 random bits, in groups that can be read aloud. */
const newCode = (): string =>
  Array.from({ length: 24 }, (_, index) => {
    const character = ALPHABET[randomInt(ALPHABET.length)] ?? '';
    return index % 4 === 0 && index > 0 ? `-${character}` : character;
  }).join('');

export const newRecoveryCodes = (): string[] => Array.from({ length: HOW_MANY }, newCode);

/** The code however it was typed; undefined for what has another form, such as a code of an app. */
export function recoveryCodeIn(text: string): string | undefined {
  const code = text.slice(0, 64).replaceAll(/[\s-]/g, '').toUpperCase();
  return FORM.test(code) ? code : undefined;
}

/** What is stored of a code; bound to its person. */
export function recoveryCodeHmac(secret: Buffer, personId: string, code: string): string {
  const mac = createHmac('sha256', derivedKey(secret, PURPOSE));
  return mac.update(JSON.stringify([personId, code])).digest('base64url');
}
