import type { JSONWebKeySet } from 'jose';
import { GLOBAL } from './event-bus.ts';
import type { Grant } from './grants.ts';
import type { Permission } from './permissions.ts';

/** The tenant whose members are the staff of the platform; no customer can be it. */
export const PLATFORM_TENANT = GLOBAL;

/** A role somebody holds: the name of a locked role, or the id of one of the tenant's own. */
export interface HeldRole {
  role: string;
  /** Seconds since 1970 when it ends; left out for good. */
  until?: number;
}

/** What accounts lets everyone know about a tenant; record kind `accounts`. */
export interface AccountsRecord {
  slug: string;
  active: boolean;
  /** Which group of customers the platform counts the tenant to. */
  customerGroup: string;
  /** Whether its clients may ask for the schema; left out is no. */
  introspection?: boolean;
  /** How many members are active; missing in older records. */
  activeMembers?: number;
  /** The tenant's own roles by id. */
  roles: Record<string, { name: string; grants: Grant[] }>;
  /** What the members of each group hold, by the group's id. */
  groups: Record<string, HeldRole[]>;
  /** Sessions ended before their last access token ends: session id -> seconds since 1970 when it may be forgotten. */
  endedSessions: Record<string, number>;
}

/** One member; record kind `member/<id>` of the tenant. */
export interface MemberRecord {
  active: boolean;
  seatType: string;
  roles: HeldRole[];
  /** Ids of the member's groups. */
  groups: string[];
}

/** One API key; record kind `api-key/<id>` of the installation, because the key is what tells the tenant. */
export interface ApiKeyRecord {
  tenantId: string;
  hmac: string;
  /** The member whose rights bound the key's. */
  owner: string;
  scopes: Permission[];
  /** What it may do besides its scopes. */
  roles: HeldRole[];
  /** Networks it may be used from, in CIDR form; none is everywhere. */
  addresses: string[];
  /** Requests a second. */
  rateLimit: number;
  active: boolean;
  /** Seconds since 1970. */
  expiresAt?: number;
  /** Made by the demo seed: refused in production. */
  demo?: boolean;
}

/** What billing lets everyone know about a tenant; record kind `billing`. */
export interface BillingRecord {
  plan: string;
  /** How many members may be active. */
  seats: number;
  /** Flags of the features the tenant has. */
  entitlements: string[];
  /** Features it has not, each with the smallest plan that has it; missing in older records. */
  upgrades?: Record<string, string>;
  /** What its operations may cost in a month; without it anything. */
  quota?: Quota;
  /** The version of the plan the tenant took; left out is the first. */
  planVersion?: number;
  /** What the tenant pays in, ISO 4217; left out is EUR. */
  currency?: string;
  /** Left out for a tenant that never had prices of its own. */
  contract?: PriceMoments;
}

/** How much a tenant may use in a month. */
export interface Quota {
  limit: number;
  /** Whether more is refused; otherwise it is only counted. */
  hard: boolean;
  /** Subgraphs whose own fields of the root neither count nor are refused, so that one can look and upgrade. */
  spares: string[];
  /** The smallest plan with a higher limit. */
  upgrade?: string;
}

/** How often prices changed, and when they change by themselves. Times are seconds since 1970. */
export interface PriceMoments {
  revision: number;
  /** The last moment before it was written at which a price began or ended; 0 for none. */
  since: number;
  /** The moments to come at which one does, the first one first. */
  coming: number[];
}

/** The prices and plans of all but contracts; record kind `price-book` of the installation. */
export interface PriceBookRecord extends PriceMoments {
  /** Groups of customers, roles and seat types that have prices, as subjects of prices such as `group:airlines`. */
  subjects: string[];
}

/** The public keys of access tokens; record kind `jwks` of the installation. */
export type JwksRecord = JSONWebKeySet;

export const apiKeyRecordKind = (keyId: string): string => `api-key/${keyId}`;
export const memberRecordKind = (memberId: string): string => `member/${memberId}`;
