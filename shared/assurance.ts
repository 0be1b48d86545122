import { AppError } from './errors.ts';
import type { Identity } from './identity.ts';
import { assuranceOf, type Permission, type PlatformPermission } from './permissions.ts';

/** How a person can confirm who they are again. */
export const STEP_UP_METHODS = ['totp', 'recovery-code'] as const;

/** Clocks of two machines differ; a second factor is never from the future by more than this. */
const SKEW_S = 5;

/**
 * Refuses whoever is not as sure of as the permission asks. Keys have no second factor, so what needs one is closed
 * to them.
 * @throws AppError FORBIDDEN for keys, MFA_REQUIRED with `stepUp {maxAge, methods}` for people
 */
export function requireAssurance(
  { kind, mfaAt }: Pick<Identity, 'kind' | 'mfaAt'>,
  permission: Permission | PlatformPermission,
): void {
  const needed = assuranceOf(permission);
  if (needed.assurance === 'pwd') return;
  if (kind === 'key') throw new AppError('FORBIDDEN');
  const ageS = mfaAt === null ? Infinity : Date.now() / 1000 - mfaAt;
  if (ageS <= needed.maxAge && ageS >= -SKEW_S) return;
  const stepUp = { maxAge: needed.maxAge, methods: [...STEP_UP_METHODS] };
  throw new AppError('MFA_REQUIRED', undefined, { extensions: { stepUp } });
}
