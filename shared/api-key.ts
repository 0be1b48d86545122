import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `chorus_live_<id>_<secret><crc>`: the checksum lets junk be dropped before anything is looked up. */
const FORMAT = /^chorus_live_([a-z0-9]{16})_([A-Za-z0-9_-]{32})([a-f0-9]{8})$/;
const ID = /^[a-z0-9]{16}$/;

const checksum = (id: string, secret: string): string =>
  crc32(`${id}_${secret}`).toString(16).padStart(8, '0');

export interface ApiKeyParts {
  id: string;
  secret: string;
}

export const formatApiKey = ({ id, secret }: ApiKeyParts): string =>
  `${apiKeyPrefix(id)}_${secret}${checksum(id, secret)}`;

/** What people may see of a key, to tell it from others. */
export const apiKeyPrefix = (id: string): string => `chorus_live_${id}`;

/** Whether a client's id can be a key's at all; asked before a database sees it. */
export const isApiKeyId = (id: string): boolean => ID.test(id);

/** That a key was used; data of the event `api-key.used` of the gateway. */
export interface ApiKeyUse {
  id: string;
  /** RFC 3339. */
  at: string;
  /** Of the client. */
  address: string;
}

/** A new key with a secret of 192 random bits. */
export function makeApiKey(): ApiKeyParts & { key: string } {
  const id = randomBytes(10).toString('hex').slice(0, 16);
  const secret = randomBytes(24).toString('base64url');
  return { id, secret, key: formatApiKey({ id, secret }) };
}

/** Undefined for anything that is not a well-formed key. */
export function parseApiKey(key: string): ApiKeyParts | undefined {
  const [, id, secret, crc] = FORMAT.exec(key) ?? [];
  if (id === undefined || secret === undefined || crc !== checksum(id, secret)) return undefined;
  return { id, secret };
}

/** What is stored instead of the secret; the pepper lives outside the database. */
export const apiKeyHmac = (secret: string, pepper: Buffer): string =>
  createHmac('sha256', pepper).update(secret).digest('hex');

/** Constant-time; an unknown key is compared with a dummy, so that it takes the same path. */
export function apiKeyMatches(secret: string, storedHmac: string | undefined, pepper: Buffer): boolean {
  const expected = Buffer.from(storedHmac ?? '0'.repeat(64), 'hex');
  const actual = Buffer.from(apiKeyHmac(secret, pepper), 'hex');
  return timingSafeEqual(expected, actual) && storedHmac !== undefined;
}
