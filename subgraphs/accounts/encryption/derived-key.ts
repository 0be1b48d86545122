import { hkdfSync } from 'node:crypto';

/** One key per purpose, so that what leaks from one use says nothing about another. */
export const derivedKey = (secret: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
