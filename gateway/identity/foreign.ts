import { ConfigError } from '@chorus/shared/config.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { readKeySet, type KeySet } from '@chorus/shared/keys.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { LRUCache } from 'lru-cache';
import type { TokenCaller } from '../caller.ts';
import { tokenCaller } from './claims.ts';
import type { Credential } from './credential.ts';
import { isAddress, keySource, type KeySource } from './key-source.ts';

/** How tokens of another issuer are checked in standalone mode. */
export interface TokenRules {
  /** A file or an http(s) address. */
  jwks: string;
  issuer: string | undefined;
  audience: string | undefined;
}

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
/** How far the issuer's clock may be ahead. Tokens end by our own. */
const SKEW_S = 30;
const MOST_TOKENS = 50_000;
const MOST_REMEMBERED_BYTES = 32 * 1024 * 1024;
/** Of the keys that fit a token without a key id. */
const MOST_TRIED = 8;

interface Remembered {
  caller: TokenCaller;
  endsAt: number;
  keys: KeySet;
}

/**
 * Tokens of a foreign issuer; a verified token is remembered by its bytes until it ends or the keys change.
 * @throws ConfigError when the keys cannot be read
 */
export function foreignTokens({ jwks, issuer, audience }: TokenRules, log: Logger): Credential {
  if (!isAddress(jwks)) checkFile(jwks);
  const source = keySource(jwks, log);
  const remembered = new LRUCache<string, Remembered>({
    max: MOST_TOKENS,
    maxSize: MOST_REMEMBERED_BYTES,
    sizeCalculation: (_, token) => token.length,
  });
  const options: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    requiredClaims: ['exp'],
    clockTolerance: SKEW_S,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && !hasEnded(known) && known.keys === (await source.current()))
      return known.caller;
    const verified = await refusing(() => verify(token, source, options));
    if (hasEnded(verified)) throw new AppError('UNAUTHENTICATED');
    remembered.set(token, verified);
    return verified.caller;
  };
}

const hasEnded = ({ endsAt }: Remembered): boolean => endsAt <= Date.now() / 1000;

/** Whatever is wrong with a token is told in the same words; that nobody can check it is told as that. */
async function refusing<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('UNAUTHENTICATED', undefined, { cause });
  }
}

async function verify(token: string, source: KeySource, options: JWTVerifyOptions): Promise<Remembered> {
  const keys = await source.current();
  try {
    return await verifyWith(token, keys, options);
  } catch (failure) {
    if (!(failure instanceof errors.JWKSNoMatchingKey)) throw failure;
    return verifyWith(token, await source.newer(), options);
  }
}

async function verifyWith(token: string, keys: KeySet, options: JWTVerifyOptions): Promise<Remembered> {
  const { payload } = await jwtVerify(token, keys, options).catch((failure: unknown) => {
    if (failure instanceof errors.JWKSMultipleMatchingKeys) return verifyByAny(token, failure, options);
    throw failure;
  });
  return { caller: tokenCaller(payload), endsAt: payload.exp ?? 0, keys };
}

/** A token need not say which of the keys signed it. */
async function verifyByAny(
  token: string,
  fitting: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  let left = MOST_TRIED;
  for await (const key of fitting) {
    if (left-- === 0) break;
    try {
      return await jwtVerify(token, key, options);
    } catch (failure) {
      if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
    }
  }
  throw fitting;
}

function checkFile(jwks: string): void {
  try {
    readKeySet(jwks);
  } catch {
    throw new ConfigError(
      `--jwks must name a file or an address with a JSON Web Key Set, and "${jwks}" is neither.`,
    );
  }
}
