import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { promisify } from 'node:util';
import { AppError } from '@chorus/shared/errors.ts';

/** OWASP's recommendation for argon2id; about 30 ms. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 128;

/** Two of the four threads that also serve files and names, so that sign-ins cannot starve them. */
const AT_ONCE = 2;
const MAX_WAITING = 50;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/;

const derive = promisify(argon2);

/** Tells of every run, so that it can be proved that nobody costs more or fewer of them than somebody. */
export const ARGON2_RUNS = channel('chorus.argon2');

let running = 0;
const waiting: (() => void)[] = [];

/** @throws AppError OVERLOADED when too many sign-ins wait already. */
async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new AppError('OVERLOADED');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    ARGON2_RUNS.publish(undefined);
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** Whether a password of this length can exist; counted in characters, since no byte of it is ever changed. */
export function isPasswordLength(password: string): boolean {
  if (password.length > 2 * MAX_CHARACTERS) return false;
  const { length } = Array.from(password);
  return length >= MIN_CHARACTERS && length <= MAX_CHARACTERS;
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

/** How every hash of today begins: algorithm and cost. */
const PREFIX = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$`;

/** Whether a stored hash has another cost than those of today. */
export const isOutdatedHash = (phc: string): boolean => !phc.startsWith(PREFIX);

/** A PHC string with a fresh salt, unless it is the same password again under another cost. */
export async function hashPassword(
  password: string,
  salt = unpadded(randomBytes(SALT_BYTES)),
): Promise<string> {
  const nonce = Buffer.from(salt, 'base64');
  const hash = await limited(() =>
    derive('argon2id', { message: password, nonce, tagLength: TAG_BYTES, ...COST }),
  );
  return `${PREFIX}${salt}$${unpadded(hash)}`;
}

/** What tells a password from the one before: drawn with each new one, and kept when that is hashed anew. */
export function saltOf(phc: string): string {
  const [, , , , salt] = PHC.exec(phc) ?? [];
  if (salt === undefined) throw new Error('a stored password hash is not a PHC string');
  return salt;
}

const NOBODY = `${PREFIX}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Somebody unknown costs as much as a wrong password, so that time does not tell them apart. */
export async function passwordMatches(password: string, phc: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = PHC.exec(phc ?? NOBODY) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('a stored password hash is not a PHC string');
  const expected = Buffer.from(hash, 'base64');
  const actual = await limited(() =>
    derive('argon2id', {
      message: password,
      nonce: Buffer.from(salt, 'base64'),
      tagLength: expected.length,
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    }),
  );
  return timingSafeEqual(actual, expected) && phc !== undefined;
}
