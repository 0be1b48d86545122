import type { Context as SharedContext } from '@chorus/db/context.ts';
import type { LoadedFlags } from '@chorus/shared/flags/evaluate.ts';
import type { FlagsRecord } from '@chorus/shared/flags/records.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import type { DataKeys } from './encryption/data-keys.ts';
import type { TokenKeys } from './token-keys/token-keys.ts';

export type { Scope } from '@chorus/db/database.ts';

/** What the accounts resolvers reach besides their database: the keys of the installation. */
export interface Services {
  /** Sign and check access tokens and challenges. */
  tokenKeys: TokenKeys;
  /** Makes refresh tokens and all that is stored as an HMAC, each under a key derived from it. */
  secret: Buffer;
  /** Encrypts what the database keeps. */
  dataKeys: DataKeys;
  /** Part of the stored form of API keys. */
  apiKeyPepper: Buffer;
  /** Where the product's pages are: links in mails lead there. */
  appUrl: string;
  /** How many members of a tenant may be active, by what billing lets everyone know; undefined until it does. */
  seats: (tenantId: string) => Promise<number | undefined>;
  /** What billing lets everyone know of a tenant; undefined until it does. */
  billing: (tenantId: string) => Promise<BillingRecord | undefined>;
  /** Makes flags ready to decide. */
  flags: (record: FlagsRecord) => LoadedFlags;
  /** Keeps account of the flags that frontends look at; only of those that exist, so that there are few. */
  noteFlags: (keys: readonly string[]) => Promise<void>;
  /** Demo credentials are refused there, and cookies are always Secure. */
  production: boolean;
}

export type Context = SharedContext<Services>;

/** Whether it is the caller's own data that is asked for. */
export const isCaller = ({ identity: { kind, subject } }: Context, memberId: string): boolean =>
  kind === 'member' && subject === memberId;
