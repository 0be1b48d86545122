import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { codeAttempt } from '../throttling/attempts.service.ts';
import { recoveryCodeIn } from './recovery-codes.ts';
import { takeRecoveryCode } from './recovery-codes.service.ts';
import { takeTotpCode } from './totp.service.ts';

/** What a code can be of. */
export type CodeFactor = 'totp' | 'recovery-code';

/**
 * What a session's `amr` says for each. RFC 8176 has no value for a code from a list: `otp` is RFC 4226 and 6238 only,
 * and `kba` is knowledge about oneself. So `mfa` alone says all that is true.
 */
export const AMR: Record<CodeFactor, string[]> = {
  totp: ['pwd', 'otp', 'mfa'],
  'recovery-code': ['pwd', 'mfa'],
};

/**
 * Counts, verifies and takes a code, whichever factor its form says it is of. It is taken before anything comes of
 * it: whatever happens next, it is worth nothing any more. Undefined never says why.
 */
export async function proveCode(
  ctx: Context,
  whose: { tenantId: string; memberId: string; personId: string },
  code: string,
  refusal: 'sign-in.refused' | 'step-up.refused',
): Promise<CodeFactor | undefined> {
  const recoveryCode = recoveryCodeIn(code);
  const factor = recoveryCode === undefined ? 'totp' : 'recovery-code';
  const attempt = await codeAttempt(ctx, whose.personId, factor);
  if (!attempt.open) return undefined;
  const proven =
    recoveryCode === undefined
      ? await takeTotpCode(ctx, whose.personId, code)
      : await takeRecoveryCode(ctx, whose, recoveryCode);
  if (proven) await attempt.succeeded();
  else await auditRefusal(ctx, refusal, factor, whose);
  return proven ? factor : undefined;
}
