import { ERRORS, type ErrorCode, type PublicError } from '@chorus/shared/errors.ts';
import { Refusal } from '../errors/errors.ts';

/** What a caller must do to be let in, as RFC 9470 has it: authenticate again, at most `maxAge` seconds ago. */
function challenge(errors: readonly PublicError[]): string {
  const ages = errors.flatMap(({ extensions: { stepUp } }) => {
    const { maxAge } = (stepUp ?? {}) as { maxAge?: unknown };
    return typeof maxAge === 'number' ? [maxAge] : [];
  });
  const parts = [
    'error="insufficient_user_authentication"',
    `error_description="${ERRORS.MFA_REQUIRED.message}"`,
    ...(ages.length === 0 ? [] : [`max_age=${Math.min(...ages)}`]),
  ];
  return `Bearer ${parts.join(', ')}`;
}

/** The refusal of a whole operation for these denials; what nobody can help outweighs what a step-up would. */
export function refusalFor(errors: readonly PublicError[]): Refusal {
  const codes = errors.map(({ extensions: { code } }) => code);
  const code: ErrorCode = codes.find((one) => one !== 'MFA_REQUIRED') ?? 'MFA_REQUIRED';
  const headers = code === 'MFA_REQUIRED' ? { 'www-authenticate': challenge(errors) } : {};
  return new Refusal(code, undefined, { headers, problems: errors });
}

/** Whether a second factor is all that is missing. */
export const onlyMfa = (errors: readonly PublicError[]): boolean =>
  errors.length > 0 && errors.every(({ extensions: { code } }) => code === 'MFA_REQUIRED');
