import type { Context } from '../context.ts';
import { passwordAttempt } from '../throttling/attempts.service.ts';
import { hashPassword, isOutdatedHash, isPasswordLength, passwordMatches, saltOf } from './passwords.ts';
import { rehashPassword } from './people.queries.ts';

/**
 * Whether the password is theirs. It is counted first, and `closed` once that is too often, whatever it was. Somebody
 * unknown, without a hash, costs as much as a wrong password.
 */
export async function provePassword(
  ctx: Context,
  account: string,
  password: string,
  passwordHash: string | undefined,
): Promise<'right' | 'wrong' | 'closed'> {
  const attempt = await passwordAttempt(ctx, account);
  const fits = attempt.open && isPasswordLength(password);
  try {
    const matches = await passwordMatches(fits ? password : '', fits ? passwordHash : undefined);
    if (matches) await attempt.succeeded();
    else if (!attempt.open) return 'closed';
    return matches ? 'right' : 'wrong';
  } catch (error) {
    await attempt.abandoned();
    throw error;
  }
}

/** Hashes a password that just proved right anew, when it was hashed at another cost than passwords are today. */
export async function refreshHash(
  ctx: Context,
  { personId, passwordHash }: { personId: string; passwordHash: string },
  password: string,
): Promise<void> {
  if (!isOutdatedHash(passwordHash)) return;
  const renewed = { from: passwordHash, to: await hashPassword(password, saltOf(passwordHash)) };
  await rehashPassword(ctx.database.statements(null), personId, renewed);
}
