import { createHash } from 'node:crypto';
import { ANONYMOUS, type Identity } from '@chorus/shared/identity.ts';
import type { Policies, Rights, TokenCaller } from '../caller.ts';

/** Judges a token once, and keeps what it found for as long as the caller is remembered. */
export function tokenRights(policies: Policies<TokenCaller['claims']>): (caller: TokenCaller) => Rights {
  const judged = new WeakMap<TokenCaller, Rights>();
  return (caller) => {
    let rights = judged.get(caller);
    if (rights === undefined) judged.set(caller, (rights = rightsOf(caller, policies.metBy(caller.claims))));
    return rights;
  };
}

function rightsOf(caller: TokenCaller, met: ReadonlySet<string>): Rights {
  const identity = identityOf(caller);
  const scopes = new Set(caller.scopes);
  const granted = [[...scopes].toSorted(), [...met].toSorted()];
  // Tokens that name nobody are nobody's but their holder's, so that only equal claims are one caller.
  const holder = caller.subject === null ? caller.claims : caller.issuer;
  return {
    identity,
    key: keyOf([identity, holder, ...granted]),
    audience: keyOf([identity.tenantId, ...granted]),
    prices: undefined,
    self: identity.subject ?? undefined,
    until: Infinity,
    scopes,
    policy: (name) => met.has(name),
    feature: () => false,
    decision: () => undefined,
    upgrade: () => undefined,
    quota: undefined,
    introspection: false,
    confirmed: () => true,
  };
}

function identityOf({ issuer, subject, tenantId, sessionId, amr, authTime, mfaAt }: TokenCaller): Identity {
  // Two issuers may give the same name to different people and tenants.
  const named = (name: string | null) => (name === null ? null : JSON.stringify([issuer, name]));
  const session = { sessionId, amr, authTime, mfaAt };
  return { ...ANONYMOUS, kind: 'member', tenantId: named(tenantId), subject: named(subject), ...session };
}

/** Of one length, because a token can hold thousands of scopes. */
const keyOf = (parts: readonly unknown[]): string =>
  `token ${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
