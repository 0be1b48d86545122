import { jwtVerify, SignJWT } from 'jose';
import { newId } from '@chorus/shared/id.ts';
import { SIGNING_ALGORITHM } from '@chorus/shared/keys.ts';
import type { Services } from '../context.ts';

const ISSUER = 'chorus-accounts';

/** What half a sign-in may become: each kind is a type of token of its own, so that none passes for another. */
const KINDS = {
  challenge: { typ: 'chorus-mfa+jwt', audience: 'chorus-accounts-mfa', lifetimeS: 300 },
  enrolment: { typ: 'chorus-enrolment+jwt', audience: 'chorus-accounts-enrolment', lifetimeS: 900 },
} as const;

type Kind = keyof typeof KINDS;

/** Whose password was right, where, and when. */
export interface HalfSignedIn {
  personId: string;
  memberId: string;
  tenantId: string;
  /** Seconds since 1970. */
  authTime: number;
  /** Which password that was (`passwordMark`): when it was replaced, the note is worth nothing. */
  provenPassword: string;
}

export interface OpenNote extends HalfSignedIn {
  /** The id of the one session this note can become. */
  sessionId: string;
}

interface Claims {
  sub: string;
  jti: string;
  pid: string;
  tid: string;
  auth_time: number;
  pwd: string;
}

/** A signed note to ourselves, so that half a sign-in needs no row. */
export async function noteOf(kind: Kind, whom: HalfSignedIn, { tokenKeys: { signingKey } }: Services) {
  const { typ, audience, lifetimeS } = KINDS[kind];
  const now = Math.floor(Date.now() / 1000);
  const { personId, tenantId, authTime, provenPassword } = whom;
  const token = await new SignJWT({ pid: personId, tid: tenantId, auth_time: authTime, pwd: provenPassword })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: signingKey.kid, typ })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(whom.memberId)
    .setJti(newId())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeS)
    .sign(signingKey.privateKey);
  return { token, expiresAt: new Date((now + lifetimeS) * 1000) };
}

/** Undefined for a note that is forged, ended, of another kind or of somebody else. */
export async function openNote(
  kind: Kind,
  token: string,
  { tokenKeys }: Services,
): Promise<OpenNote | undefined> {
  const { typ, audience } = KINDS[kind];
  try {
    const { payload } = await jwtVerify<Claims>(token.slice(0, 2_000), tokenKeys.keys, {
      algorithms: [SIGNING_ALGORITHM],
      typ,
      issuer: ISSUER,
      audience,
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'pid', 'tid', 'auth_time', 'pwd'],
    });
    const { sub, jti, pid, tid, auth_time: authTime, pwd: provenPassword } = payload;
    return { personId: pid, memberId: sub, tenantId: tid, sessionId: jti, authTime, provenPassword };
  } catch {
    return undefined;
  }
}
