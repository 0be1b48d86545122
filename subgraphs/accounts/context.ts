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
  /** Part of the stored form of API keys. */
  apiKeyPepper: Buffer;
  /** Demo credentials are refused there, and cookies are always Secure. */
  production: boolean;
}

export const accountsServices = (
  signingKey: SigningKey,
  masterKey: Buffer,
  apiKeyPepper: Buffer,
  production: boolean,
): Services => ({
  signingKey,
  keys: keySet(signingKey.publicJwks),
  masterKey,
  apiKeyPepper,
  production,
});

export type Context = SharedContext<Services>;
