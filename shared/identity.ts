import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { PackedRules } from './ability.ts';
import { AppError } from './errors.ts';
import { SIGNING_ALGORITHM, type KeySet, type SigningKey } from './keys.ts';

/** Who a request acts for, as the gateway tells the subgraphs. Times are seconds since 1970. */
export interface Identity {
  kind: 'anonymous' | 'member' | 'key' | 'staff' | 'service';
  /** The tenant the caller acts in; null only for anonymous callers and staff. */
  tenantId: string | null;
  /** Member id or key id. */
  subject: string | null;
  sessionId: string | null;
  /** Authentication methods as in RFC 8176, such as `pwd` and `otp`. */
  amr: readonly string[];
  authTime: number | null;
  mfaAt: number | null;
  /** What the caller may do, packed by `shared/ability.ts`. */
  rules: PackedRules;
  /** Flags that are on, of those that subgraphs are told of. */
  flags: readonly string[];
  /** The variants of those among them that can be on in several ways; left out for none. */
  variants?: Readonly<Record<string, string>>;
  priceChain: readonly string[];
}

export const ANONYMOUS: Identity = {
  kind: 'anonymous',
  tenantId: null,
  subject: null,
  sessionId: null,
  amr: [],
  authTime: null,
  mfaAt: null,
  rules: [],
  flags: [],
  priceChain: [],
};

/** The header that carries the signed identity from the gateway to a subgraph. */
export const IDENTITY_HEADER = 'chorus-identity';
export const IDENTITY_LIFETIME_S = 60;

const TYPE = 'chorus-identity+jws';
const ISSUER = 'chorus-gateway';

/** A JWS for one subgraph, good for 60 s. */
export const signIdentity = (identity: Identity, subgraph: string, key: SigningKey): Promise<string> =>
  new SignJWT({ identity })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.kid, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(subgraph)
    .setIssuedAt()
    .setExpirationTime(`${IDENTITY_LIFETIME_S}s`)
    .sign(key.privateKey);

/**
 * Checks identities sent to one subgraph. Verified tokens are remembered by their bytes until they end, because the
 * gateway repeats one token for many requests.
 * @throws AppError UNAUTHENTICATED for a missing, forged, foreign or ended token, without a hint which.
 */
export function identityVerifier(
  subgraph: string,
  keys: KeySet,
): (token: string | undefined) => Promise<Identity> {
  const verified = new LRUCache<string, { identity: Identity; exp: number }>({ max: 10_000 });
  return async (token) => {
    if (token === undefined || token.length > 16_384) throw new AppError('UNAUTHENTICATED');
    const known = verified.get(token);
    if (known !== undefined && known.exp > Date.now() / 1000) return known.identity;
    try {
      const { payload } = await jwtVerify<{ identity: Identity }>(token, keys, {
        algorithms: [SIGNING_ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: subgraph,
        requiredClaims: ['exp', 'iat'],
        maxTokenAge: IDENTITY_LIFETIME_S,
      });
      const oldest = (payload.iat ?? 0) + IDENTITY_LIFETIME_S;
      verified.set(token, { identity: payload.identity, exp: Math.min(payload.exp ?? 0, oldest) });
      return payload.identity;
    } catch (cause) {
      throw new AppError('UNAUTHENTICATED', undefined, { cause });
    }
  };
}
