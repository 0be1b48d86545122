import { readFileSync } from 'node:fs';
import { ConfigError } from '@chorus/shared/config.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { Caller } from '../request.ts';
import type { Credential } from './credential.ts';

/** How tokens of another issuer are checked in standalone mode. */
export interface TokenRules {
  /** A file or an http(s) address. */
  jwks: string;
  issuer: string | undefined;
  audience: string | undefined;
}

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];

/** Tokens of a foreign issuer. @throws ConfigError when the keys cannot be read */
export function foreignTokens({ jwks, issuer, audience }: TokenRules): Credential {
  const keys = keysFrom(jwks);
  const options: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return callerOf(payload);
    } catch (cause) {
      throw new AppError('UNAUTHENTICATED', undefined, { cause });
    }
  };
}

function keysFrom(jwks: string): JWTVerifyGetKey {
  if (/^https?:/.test(jwks) && URL.canParse(jwks)) return createRemoteJWKSet(new URL(jwks));
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
  } catch {
    throw new ConfigError(
      `--jwks must name a file or an address with a JSON Web Key Set, and "${jwks}" is neither.`,
    );
  }
}

function callerOf(claims: JWTPayload): Caller {
  const { sub = '', tid, sid, amr, auth_time: authTime, mfa_at: mfaAt } = claims;
  return {
    kind: 'member',
    tenantId: typeof tid === 'string' ? tid : '',
    subject: sub,
    sessionId: typeof sid === 'string' ? sid : null,
    version: 0,
    amr: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
    authTime: typeof authTime === 'number' ? authTime : null,
    mfaAt: typeof mfaAt === 'number' ? mfaAt : null,
  };
}
