import type { Permission } from '@chorus/shared/permissions.ts';
import type { HeldRole } from '@chorus/shared/records.ts';

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
