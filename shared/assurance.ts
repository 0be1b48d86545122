import { AppError } from './errors.ts';
import type { Identity } from './identity.ts';
import { assuranceOf, type Permission, type PlatformPermission } from './permissions.ts';

/** How a person can confirm who they are again. */
export const STEP_UP_METHODS = ['totp', 'recovery-code'] as const;

/** Clocks of two machines differ; a second factor is never from the future by more than this. */
const SKEW_S = 5;

type Caller = Pick<Identity, 'kind' | 'authTime' | 'mfaAt'>;

const isRecent = (time: number | null, maxAge: number): boolean => {
  const ageS = time === null ? Infinity : Date.now() / 1000 - time;
  return ageS <= maxAge && ageS >= -SKEW_S;
};

const mfaRequired = (maxAge: number, methods: readonly string[]) =>
  new AppError('MFA_REQUIRED', undefined, { extensions: { stepUp: { maxAge, methods: [...methods] } } });

/**
 * Refuses whoever is not as sure of as the permission asks. Keys have no second factor, so what needs one is closed
 * to them.
 * @throws AppError FORBIDDEN for keys, MFA_REQUIRED with `stepUp {maxAge, methods}` for people
 */
export function requireAssurance(caller: Caller, permission: Permission | PlatformPermission): void {
  const needed = assuranceOf(permission);
  if (needed.assurance === 'mfa') requireSecondFactor(caller, needed.maxAge);
}

/**
 * For what needs no permission but a second factor not older than this, in seconds.
 * @throws AppError as `requireAssurance`
 */
export function requireSecondFactor({ kind, mfaAt }: Caller, maxAge: number): void {
  if (kind === 'key') throw new AppError('FORBIDDEN');
  if (!isRecent(mfaAt, maxAge)) throw mfaRequired(maxAge, STEP_UP_METHODS);
}

/**
 * For what a session somebody walked away from must never do: password and second factor, both not older than this.
 * @throws AppError as `requireAssurance`; the one method is to sign in again
 */
export function requireFreshSignIn({ kind, authTime, mfaAt }: Caller, maxAge: number): void {
  if (kind === 'key') throw new AppError('FORBIDDEN');
  if (!isRecent(authTime, maxAge) || !isRecent(mfaAt, maxAge)) throw mfaRequired(maxAge, ['sign-in']);
}
