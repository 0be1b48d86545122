import { readFileSync } from 'node:fs';
import { createLocalJWKSet, importJWK, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose';

/** The only algorithm Chorus signs with; pinned, so that no token can choose another. */
export const SIGNING_ALGORITHM = 'EdDSA';

/** A private key with the id under which its public half is published. */
export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicJwks: JSONWebKeySet;
}

/** Reads a file of private Ed25519 JWKs (`{ keys: [...] }`); the first one signs, all of them are published. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: JWK[] };
  const [first] = keys;
  if (first === undefined) throw new Error(`${file} holds no key`);
  return { ...(await importSigningKey(first)), publicJwks: { keys: keys.map(publicHalf) } };
}

/** @throws when it is not a private key with an id */
export async function importSigningKey(jwk: JWK): Promise<Omit<SigningKey, 'publicJwks'>> {
  if (jwk.kid === undefined || jwk.d === undefined) throw new Error('not a private key');
  const imported = await importJWK(jwk, SIGNING_ALGORITHM);
  if (imported instanceof Uint8Array) throw new Error('a symmetric key');
  return { kid: jwk.kid, privateKey: imported };
}

const publicHalf = ({ kty, crv, x, kid }: JWK): JWK => ({
  ...(kty === undefined ? {} : { kty }),
  ...(crv === undefined ? {} : { crv }),
  ...(x === undefined ? {} : { x }),
  ...(kid === undefined ? {} : { kid }),
  alg: SIGNING_ALGORITHM,
  use: 'sig',
});

export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** Verification keys from a published JWKS. */
export const keySet = (jwks: JSONWebKeySet): KeySet => createLocalJWKSet(jwks);

/** Verification keys from a JWKS file. */
export const readKeySet = (file: string): KeySet =>
  keySet(JSON.parse(readFileSync(file, 'utf8')) as JSONWebKeySet);
