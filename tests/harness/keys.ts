import { exportJWK, generateKeyPair, importJWK } from 'jose';
import { SIGNING_ALGORITHM, type SigningKey } from '@chorus/shared/keys.ts';

/** A fresh Ed25519 key pair as a running installation would have it. */
export async function makeSigningKey(kid: string = crypto.randomUUID()): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: SIGNING_ALGORITHM, use: 'sig' };
  const imported = await importJWK({ ...(await exportJWK(privateKey)), kid }, SIGNING_ALGORITHM);
  if (imported instanceof Uint8Array) throw new Error('not a key pair');
  return { kid, privateKey: imported, publicJwks: { keys: [jwk] } };
}
