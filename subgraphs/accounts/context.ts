import type { Context as SharedContext } from '@chorus/db/context.ts';
import { keySet, type KeySet, type SigningKey } from '@chorus/shared/keys.ts';
import type { DataKeys } from './encryption/data-keys.ts';

export type { Scope } from '@chorus/db/database.ts';

/** What the accounts resolvers reach besides their database: the keys of the installation. */
export interface Services {
  /** Signs access tokens and challenges. */
  signingKey: SigningKey;
  /** Checks what it signed, also before the last rotation. */
  keys: KeySet;
  /** Makes refresh tokens and all that is stored as an HMAC, each under a key derived from it. */
  secret: Buffer;
  /** Encrypts what the database keeps. */
  dataKeys: DataKeys;
  /** Demo credentials are refused there, and cookies are always Secure. */
  production: boolean;
}

export const accountsServices = (
  signingKey: SigningKey,
  rest: Pick<Services, 'secret' | 'dataKeys' | 'production'>,
): Services => ({ signingKey, keys: keySet(signingKey.publicJwks), ...rest });

export type Context = SharedContext<Services>;
