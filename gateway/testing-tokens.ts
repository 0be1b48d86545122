import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { temporaryFile } from './testing.ts';

/** An issuer of tokens that the gateway knows only by its keys. */
export interface ForeignIssuer {
  /** The public key. */
  jwk: JWK;
  /** A file with that key alone. */
  jwks: string;
  privateKey: CryptoKey;
  /** A token for five minutes, unless the claims say otherwise; a claim that is undefined is left out. */
  token: (claims?: ForeignClaims) => Promise<string>;
}

/** Claims of any form, since an issuer may send what it wants. */
export type ForeignClaims = Record<string, unknown>;

const inFiveMinutes = () => Math.floor(Date.now() / 1000) + 300;

export async function foreignIssuer(alg = 'ES256', kid: string | null = 'k'): Promise<ForeignIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === null ? {} : { kid };
  const jwk = { ...(await exportJWK(publicKey)), ...named, alg };
  return {
    jwk,
    jwks: keyFileOf([jwk]),
    privateKey,
    token: (claims = {}) =>
      new SignJWT({ sub: 'me', iss: 'them', aud: 'us', exp: inFiveMinutes(), ...claims } as JWTPayload)
        .setProtectedHeader({ alg, ...named })
        .sign(privateKey),
  };
}

/** A file with these public keys. */
export const keyFileOf = (keys: readonly JWK[]): string =>
  temporaryFile('jwks.json', JSON.stringify({ keys }));
