import { createHash, randomBytes } from 'node:crypto';
import { isId } from '@chorus/shared/id.ts';

const FORMAT = /^([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** What the database finds a mailed token by: the id of what it opens, and the SHA-256 of its secret. */
export interface TokenKey {
  id: string;
  tokenHash: string;
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** A token for a link in a mail: 256 random bits that are kept nowhere else. */
export function newMailToken(id: string): TokenKey & { token: string } {
  const secret = randomBytes(32).toString('base64url');
  return { id, tokenHash: hashOf(secret), token: `${id}.${secret}` };
}

/** Undefined for anything that is not a well-formed token. */
export function parseMailToken(token: string): TokenKey | undefined {
  const [, id, secret] = FORMAT.exec(token) ?? [];
  return id === undefined || secret === undefined || !isId(id)
    ? undefined
    : { id, tokenHash: hashOf(secret) };
}

/** In the fragment, which browsers send to no server. */
export const linkWith = (appUrl: string, page: string, token: string): string =>
  `${appUrl}/${page}#token=${token}`;
