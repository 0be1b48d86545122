import { COMPLETE_MFA, PASSWORD, REFRESH, SIGN_IN, type MemberOptions } from '@chorus/accounts/testing.ts';
import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { ALL_PERMISSIONS, type Permission } from '@chorus/shared/permissions.ts';
import { sql } from 'drizzle-orm';
import { generateSync } from 'otplib';
import { expect, onTestFinished, vi } from 'vitest';
import { accountsInProcess } from './accounts.ts';
import type { Ask } from './subgraph.ts';

/** Stands the clock in the middle of a half minute, so that no code ends while a test runs. */
export function steadyClock() {
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 30_000) * 30_000 + 15_000 });
  onTestFinished(() => void vi.useRealTimers());
}

export const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

/** What an authenticator app shows; `ago` seconds before. */
export const codeOf = (secret: string, ago = 0): string =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - ago });

/** A tenant of a test's own with people who sign in as browsers do, so that what they hold is real. */
export async function signingIn() {
  steadyClock();
  const accounts = await accountsInProcess();
  const { as, db, member, services } = accounts;
  const { id: tenantId, slug } = await accounts.tenant();
  const visitor = as({ anonymous: true });
  const answer = async (asked: ReturnType<Ask>, field: string) => {
    const { data, errors } = await asked;
    expect(errors).toEqual([]);
    return data[field];
  };
  const signIn = (email: string, where = slug) =>
    answer(visitor(SIGN_IN, { email, password: PASSWORD, tenant: where }), 'signIn');
  const completeMfa = (challengeToken: string, code: string) =>
    answer(visitor(COMPLETE_MFA, { challengeToken, code }), 'completeMfa');
  const refresh = (refreshToken: string) => answer(visitor(REFRESH, { refreshToken }), 'refreshSession');
  const claimsOf = (accessToken: string) => verifyAccessToken(accessToken, services.tokenKeys.keys);

  /** Whoever holds this access token, as the gateway tells of them. */
  const bearer = async (
    accessToken: string,
    { permissions = ALL_PERMISSIONS, ...request }: { permissions?: Permission[]; sessionMode?: string } = {},
  ): Promise<Ask> => {
    const { tid, sub, sid, amr, auth_time: authTime, mfa_at: mfaAt = null } = await claimsOf(accessToken);
    const identity = { sessionId: sid, amr, authTime, mfaAt };
    return as({ tenantId: tid, subject: sub, permissions, identity }, request);
  };

  /** A member who has signed in, with the code of `ago` seconds before where one is asked. */
  const signedIn = async (options: MemberOptions = {}, ago = 0) => {
    const person = await member(tenantId, options);
    const first = await signIn(person.email);
    const session = options.totp ? await completeMfa(first.challengeToken, codeOf(person.seed, ago)) : first;
    return { ...person, session, ask: await bearer(session.accessToken) };
  };

  /** The tenant's events of one kind, each as a whole, to look for secrets in. */
  const audited = async (action: string) => {
    const rows = await db.execute<{ event: string }>(sql`
      select to_jsonb(audit_event)::text as event from audit_event
      where tenant_id = ${tenantId} and action = ${action}`);
    return [...rows].map(({ event }) => event);
  };

  const people = { signedIn, signIn, completeMfa, refresh, bearer, claimsOf };
  return { ...accounts, ...people, visitor, tenantId, slug, audited };
}
