import { createHash } from 'node:crypto';
import { open, seal } from './aes-gcm.ts';

/** Whoever holds the master key; it wraps the keys that encrypt, and sees nothing of what they encrypt. */
export interface KeyManagement {
  wrap(key: Buffer, id: string): Promise<string>;
  /** Undefined for a key that was wrapped by somebody else. @throws when it was changed */
  unwrap(wrapped: string, id: string): Promise<Buffer | undefined>;
}

const fingerprintOf = (masterKey: Buffer): string =>
  createHash('sha256').update('chorus master key').update(masterKey).digest('base64url').slice(0, 8);

/**
 * Key management with master keys in memory, as the setting CHORUS_MASTER_KEY names them: the first wraps, the others
 * still unwrap what they wrapped before.
 */
export function masterKeys([current, ...older]: readonly [Buffer, ...Buffer[]]): KeyManagement {
  const known = new Map([current, ...older].map((key) => [fingerprintOf(key), key]));
  const of = fingerprintOf(current);
  return {
    wrap: (key, id) => Promise.resolve(`${of}.${seal(current, key, `data key ${id}`)}`),
    unwrap: async (wrapped, id) => {
      const [name = '', ...rest] = wrapped.split('.');
      const masterKey = known.get(name);
      return masterKey && open(masterKey, rest.join('.'), `data key ${id}`);
    },
  };
}
