import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from '../keys.ts';

const CIPHER = 'aes-256-gcm';
const PURPOSE = 'chorus totp seed';
/** Names the key, so that a later one can live beside it. */
const VERSION = 'v1';

/** The person is part of what is authenticated: a seed moved to another person does not decrypt. */
export function encryptSeed(seed: string, personId: string, masterKey: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, derivedKey(masterKey, PURPOSE), iv).setAAD(Buffer.from(personId));
  const sealed = Buffer.concat([cipher.update(seed, 'utf8'), cipher.final()]);
  return [VERSION, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
}

/** @throws when the seed was changed, belongs to another person or was encrypted with another key. */
export function decryptSeed(encrypted: string, personId: string, masterKey: Buffer): string {
  const [version, iv = '', tag = '', sealed = ''] = encrypted.split('.');
  if (version !== VERSION) throw new Error('a TOTP seed names an unknown key');
  const decipher = createDecipheriv(CIPHER, derivedKey(masterKey, PURPOSE), Buffer.from(iv, 'base64url'), {
    authTagLength: 16,
  })
    .setAAD(Buffer.from(personId))
    .setAuthTag(Buffer.from(tag, 'base64url'));
  return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]).toString(
    'utf8',
  );
}
