import type { JSONWebKeySet } from 'jose';
import type { Permission } from './permissions.ts';

/** What accounts lets everyone know about a tenant; record kind `accounts`. */
export interface AccountsRecord {
  slug: string;
  active: boolean;
  members: Record<string, { roles: string[]; active: boolean }>;
  /** Sessions ended before their last access token ends: session id -> seconds since 1970 when it may be forgotten. */
  endedSessions: Record<string, number>;
}

/** One API key; record kind `api-key/<id>` of the installation, because the key is what tells the tenant. */
export interface ApiKeyRecord {
  tenantId: string;
  hmac: string;
  /** The member whose rights bound the key's. */
  owner: string;
  scopes: Permission[];
  active: boolean;
  /** Made by the demo seed: refused in production. */
  demo?: boolean;
}

/** What billing lets everyone know about a tenant; record kind `billing`. */
export interface BillingRecord {
  plan: string;
  entitlements: string[];
}

/** The public keys of access tokens; record kind `jwks` of the installation. */
export type JwksRecord = JSONWebKeySet;

export const apiKeyRecordKind = (keyId: string): string => `api-key/${keyId}`;
