import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoSecrets } from '@chorus/shared/demo.ts';
import { errorCode, fileError, StartError } from '@chorus/db/start-error.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aeiou';

/** The demo's password and TOTP secret: made once per installation, then read, so that each start prints the same. */
export async function demoSecrets(keysDir: string): Promise<DemoSecrets> {
  const file = join(keysDir, 'demo.json');
  try {
    return (await readSecrets(file)) ?? (await makeSecrets(keysDir, file));
  } catch (error) {
    throw fileError(error, file);
  }
}

async function readSecrets(file: string): Promise<DemoSecrets | undefined> {
  try {
    const { password, totpSecret }: Partial<DemoSecrets> = JSON.parse(await readFile(file, 'utf8'));
    if (password !== undefined && totpSecret !== undefined) return { password, totpSecret };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new StartError(`${file} is damaged: remove it to get new demo credentials.`);
}

/** The file appears whole or not at all. */
async function makeSecrets(keysDir: string, file: string): Promise<DemoSecrets> {
  const secrets = { password: readablePassword(), totpSecret: base32(randomBytes(20)) };
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

/** Four words of three syllables can be read out and typed, and hold about 76 random bits. */
function readablePassword(): string {
  const letter = (letters: string) => letters[randomInt(letters.length)] ?? '';
  const word = () => Array.from({ length: 3 }, () => letter(CONSONANTS) + letter(VOWELS)).join('');
  return Array.from({ length: 4 }, word).join('-');
}

function base32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replaceAll(/.{5}/g, (five) => BASE32[Number.parseInt(five, 2)] ?? '');
}
