import type { JWTPayload } from 'jose';
import type { TokenCaller } from '../caller.ts';

/** Methods of RFC 8176 that are a second factor, or stand for two. */
const SECOND_FACTORS = new Set(['otp', 'hwk', 'swk', 'sc', 'fpt', 'mfa']);

/** Who holds a verified token; claims of another form than theirs count as missing. */
export function tokenCaller(claims: JWTPayload): TokenCaller {
  const { iss, sub, tid, sid, scope, auth_time: authTime } = claims;
  const amr = strings(claims['amr']);
  return {
    kind: 'token',
    issuer: text(iss),
    subject: text(sub),
    tenantId: text(tid),
    sessionId: text(sid),
    scopes: typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : strings(scope),
    amr,
    authTime: time(authTime),
    mfaAt: secondFactorAt(claims, amr),
    claims,
  };
}

/** An issuer that tells the time of the second factor is believed, also when there was none. */
function secondFactorAt({ mfa_at: mfaAt, auth_time: authTime }: JWTPayload, amr: readonly string[]) {
  if (mfaAt !== undefined) return time(mfaAt);
  return amr.some((method) => SECOND_FACTORS.has(method)) ? time(authTime) : null;
}

const text = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);

const time = (claim: unknown): number | null =>
  typeof claim === 'number' && Number.isFinite(claim) ? claim : null;

/** None unless all of them are strings. */
const strings = (claim: unknown): readonly string[] =>
  Array.isArray(claim) && claim.every((item) => typeof item === 'string') ? claim : [];
