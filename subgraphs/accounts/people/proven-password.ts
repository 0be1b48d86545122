import { createHmac } from 'node:crypto';
import type { Context, Scope, Services } from '../context.ts';
import { derivedKey } from '../encryption/derived-key.ts';
import { holdPassword } from './people.queries.ts';

const PURPOSE = 'chorus proven password';

/** Which password of a person was proved, told by its salt; it means nothing to who reads it in a sign-in note. */
export const passwordMark = (salt: string, { secret }: Services): string =>
  createHmac('sha256', derivedKey(secret, PURPOSE)).update(salt).digest('base64url');

/**
 * Whether the password that was proved is the person's still. It stays so until the transaction ends: whoever replaces
 * it waits, and then finds what was begun with it.
 */
export async function isStillProven(
  { services }: Context,
  transaction: Scope,
  { personId, provenPassword }: { personId: string; provenPassword: string },
): Promise<boolean> {
  const salt = await holdPassword(transaction, personId);
  return salt !== undefined && passwordMark(salt, services) === provenPassword;
}
