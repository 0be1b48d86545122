import { ERRORS, isErrorCode, type ErrorCode, type PublicError } from '@chorus/shared/errors.ts';
import type { InnerError } from '../fetched.ts';

/** Codes whose words a subgraph writes for the client. */
const SPOKEN = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MFA_REQUIRED',
  'FEATURE_DISABLED',
  'QUOTA_EXCEEDED',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'IDEMPOTENCY_MISMATCH',
]);

/** Codes whose words come from the table whoever sends them, because theirs tell about machines. */
const FIXED = new Set<ErrorCode>(['SUBGRAPH_UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED']);

/** Extensions a client may see besides the code. */
const PUBLIC_KEYS = ['stepUp', 'feature', 'plan', 'field', 'limit', 'retryAfterSeconds'] as const;

const LONGEST_MESSAGE = 500;
const LONGEST_EXTENSION = 500;

/** The public form of an error; everything that is not meant for clients becomes INTERNAL with the request id. */
export function publish(error: InnerError, requestId: string): PublicError {
  const code = error.extensions?.['code'];
  const path = error.path === undefined ? {} : { path: error.path };
  if (isErrorCode(code) && FIXED.has(code)) {
    return { message: ERRORS[code].message, ...path, extensions: { code } };
  }
  if (isErrorCode(code) && SPOKEN.has(code)) {
    const message = error.message.slice(0, LONGEST_MESSAGE);
    return { message, ...path, extensions: { ...publicKeys(error.extensions), code } };
  }
  return { message: ERRORS.INTERNAL.message, ...path, extensions: { code: 'INTERNAL', requestId } };
}

function publicKeys(extensions: InnerError['extensions'] = {}): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key of PUBLIC_KEYS) {
    const value = extensions[key];
    if (value !== undefined && JSON.stringify(value).length <= LONGEST_EXTENSION) kept[key] = value;
  }
  return kept;
}
