import { createHash } from 'node:crypto';

/** A UUID version 8 of 48 leading bits and as much of a hash as fits. */
function uuid(lead: string, hash: string): string {
  const variant = ((Number.parseInt(hash.charAt(3), 16) & 0x3) | 0x8).toString(16);
  return `${lead.slice(0, 8)}-${lead.slice(8)}-8${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

const hashOf = (...parts: string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex');

/** The id of a post wherever it is stored: ordered by time of publication, so that newest first is id descending. */
export const postId = (publishedAt: Date, source: string, externalId: string): string =>
  uuid(publishedAt.getTime().toString(16).padStart(12, '0'), hashOf('post', source, externalId));

/** The id of an account wherever it was seen. */
export function pageId(source: string, handle: string): string {
  const hash = hashOf('page', source, handle);
  return uuid(hash.slice(19, 31), hash);
}
