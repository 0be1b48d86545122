import type { FlagDecision } from '@chorus/shared/flags/decision.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import type { HeldRole, Quota } from '@chorus/shared/records.ts';

/** Who calls, as far as the credential tells; `tenant` decides what that is worth. */
export type Caller = { kind: 'anonymous' } | MemberCaller | KeyCaller | TokenCaller;

export interface KeyCaller {
  kind: 'key';
  tenantId: string;
  subject: string;
  /** The member it acts for. */
  owner: string;
  scopes: readonly Permission[];
  roles: readonly HeldRole[];
  /** Requests a second. */
  rateLimit: number;
}

export interface MemberCaller {
  kind: 'member';
  tenantId: string;
  subject: string;
  sessionId: string | null;
  /** The version of the accounts record when the token was made. */
  version: number;
  amr: readonly string[];
  authTime: number | null;
  mfaAt: number | null;
}

/** Whoever holds a token of another issuer, in standalone mode; the claims are all that is known. */
export interface TokenCaller {
  kind: 'token';
  issuer: string | null;
  /** Null for a token that names nobody. */
  subject: string | null;
  tenantId: string | null;
  sessionId: string | null;
  scopes: readonly string[];
  amr: readonly string[];
  authTime: number | null;
  /** When a second factor was given, as far as the token tells. */
  mfaAt: number | null;
  claims: Readonly<Record<string, unknown>>;
}

/** Named yes-or-no questions about a caller, as `@policy` asks them. */
export interface Policies<About> {
  /** Whether anybody can ever meet a policy of that name. */
  known: (name: string) => boolean;
  /** The policies that are met, each judged once. */
  metBy: (about: About) => ReadonlySet<string>;
}

/** All flags as they are for a caller, by key. */
export type FlagDecisions = ReadonlyMap<string, FlagDecision>;

/** What the caller's tenant makes of the caller. */
export interface Rights {
  identity: Identity;
  /** Equal keys mean equal identities, so that a signature can be kept. */
  key: string;
  /** Equal for callers who differ in nothing but who they are: of one tenant, with the same rules, flags and prices. */
  audience: string;
  /** Equal for callers with the same prices, of whatever tenant; undefined for those who have no price chain. */
  prices: string | undefined;
  /** Who they are among those of their audience; undefined for callers that cannot be told apart. */
  self: string | undefined;
  /** Seconds since 1970 when time alone changes them; Infinity for never. */
  until: number;
  /** What `@requiresScopes` finds: permissions of the product, or the scopes of a foreign token. */
  scopes: ReadonlySet<string>;
  /** Whether a policy of `@policy` is met; one that nobody knows is not. */
  policy: (name: string) => boolean;
  /** Whether a flag of `@feature` is on. */
  feature: (flag: string) => boolean;
  /** What decided about a flag, where anything did. */
  decision: (flag: string) => FlagDecision | undefined;
  /** The plan that would turn a flag on, as far as anybody knows. */
  upgrade: (flag: string) => string | undefined;
  /** What the tenant's operations may cost; undefined for anything. */
  quota: Quota | undefined;
  /** Whether they may ask for the schema wherever they call. */
  introspection: boolean;
  /** Whether what they were made from is known to be the newest. */
  confirmed: () => boolean;
}
