import { jwtVerify, SignJWT } from 'jose';
import { AppError } from './errors.ts';
import { SIGNING_ALGORITHM, type KeySet, type SigningKey } from './keys.ts';

/** What an access token says; times are seconds since 1970. `pv` is the accounts record's version when it was made. */
export interface AccessTokenClaims {
  sub: string;
  tid: string;
  sid: string;
  pv: number;
  acr: string;
  amr: readonly string[];
  auth_time: number;
  mfa_at?: number;
}

export interface VerifiedAccessToken extends AccessTokenClaims {
  exp: number;
  jti: string;
}

export const ACCESS_TOKEN_LIFETIME_S = 600;

const TYPE = 'at+jwt';
const ISSUER = 'chorus-accounts';
const AUDIENCE = 'chorus';

/** Ends after ten minutes, or at `endsAt` (seconds since 1970) when that is sooner. */
export const signAccessToken = (
  claims: AccessTokenClaims,
  jti: string,
  key: SigningKey,
  endsAt = Infinity,
): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.kid, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(Math.min(endsAt, Math.floor(Date.now() / 1000) + ACCESS_TOKEN_LIFETIME_S))
    .setJti(jti)
    .sign(key.privateKey);

/** @throws AppError UNAUTHENTICATED, the same for every reason. */
export async function verifyAccessToken(token: string, keys: KeySet): Promise<VerifiedAccessToken> {
  try {
    const { payload } = await jwtVerify<VerifiedAccessToken>(token, keys, {
      algorithms: [SIGNING_ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'sub', 'tid', 'sid', 'pv', 'jti', 'auth_time'],
    });
    return payload;
  } catch (cause) {
    throw new AppError('UNAUTHENTICATED', undefined, { cause });
  }
}
