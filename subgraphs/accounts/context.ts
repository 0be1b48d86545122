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
  /** Where the product's pages are: links in mails lead there. */
  appUrl: string;
  /** How many members of a tenant may be active, by what billing lets everyone know; undefined until it does. */
  seats: (tenantId: string) => Promise<number | undefined>;
  /** Demo credentials are refused there, and cookies are always Secure. */
  production: boolean;
}

export const accountsServices = (
  signingKey: SigningKey,
  rest: Omit<Services, 'signingKey' | 'keys'>,
): Services => ({ signingKey, keys: keySet(signingKey.publicJwks), ...rest });

export type Context = SharedContext<Services>;
