import type { Context as SharedContext } from '@chorus/db/context.ts';
import { keySet, type KeySet, type SigningKey } from '@chorus/shared/keys.ts';

export type { Scope } from '@chorus/db/database.ts';

/** What the accounts resolvers reach besides their database: the keys of the installation. */
export interface Services {
  /** Signs access tokens and challenges. */
  signingKey: SigningKey;
  /** Checks what it signed, also before the last rotation. */
  keys: KeySet;
  /** Encrypts seeds and makes refresh tokens, each under a key derived from it. */
  masterKey: Buffer;
  /** Demo credentials are refused there, and cookies are always Secure. */
  production: boolean;
}

export const accountsServices = (
  signingKey: SigningKey,
  masterKey: Buffer,
  production: boolean,
): Services => ({
  signingKey,
  keys: keySet(signingKey.publicJwks),
  masterKey,
  production,
});

export type Context = SharedContext<Services>;

/** Whose own data is asked for; a request of nobody reaches one member only, the one who just signed in by it. */
export const isCaller = ({ identity: { kind, subject } }: Context, memberId: string): boolean =>
  kind === 'anonymous' || (kind === 'member' && subject === memberId);
