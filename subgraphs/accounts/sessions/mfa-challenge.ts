import { jwtVerify, SignJWT } from 'jose';
import { newId } from '@chorus/shared/id.ts';
import { SIGNING_ALGORITHM } from '@chorus/shared/keys.ts';
import type { Services } from '../context.ts';

const TYPE = 'chorus-mfa+jwt';
const ISSUER = 'chorus-accounts';
const AUDIENCE = 'chorus-accounts-mfa';
const LIFETIME_S = 300;

/** Whose password was right, where, and when. */
export interface Challenged {
  personId: string;
  memberId: string;
  tenantId: string;
}

export interface OpenChallenge extends Challenged {
  /** The id of the one session this challenge can become. */
  sessionId: string;
  /** Seconds since 1970. */
  passwordAt: number;
}

/** A signed note to ourselves, so that half a sign-in needs no row. */
export async function challengeFor(whom: Challenged, { tokenKeys: { signingKey } }: Services) {
  const passwordAt = Math.floor(Date.now() / 1000);
  const challengeToken = await new SignJWT({ pid: whom.personId, tid: whom.tenantId })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: signingKey.kid, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(whom.memberId)
    .setJti(newId())
    .setIssuedAt(passwordAt)
    .setExpirationTime(passwordAt + LIFETIME_S)
    .sign(signingKey.privateKey);
  return { challengeToken, methods: ['totp'], expiresAt: new Date((passwordAt + LIFETIME_S) * 1000) };
}

/** Undefined for a forged, foreign or ended challenge. */
export async function openChallenge(
  token: string,
  { tokenKeys: { keys } }: Services,
): Promise<OpenChallenge | undefined> {
  try {
    const { payload } = await jwtVerify<{ sub: string; jti: string; iat: number; pid: string; tid: string }>(
      token,
      keys,
      {
        algorithms: [SIGNING_ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'pid', 'tid'],
      },
    );
    const { sub, jti, iat, pid, tid } = payload;
    return { personId: pid, memberId: sub, tenantId: tid, sessionId: jti, passwordAt: iat };
  } catch {
    return undefined;
  }
}
