import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { audit, NO_TENANT } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { takeTotpCode } from '../factors/totp.service.ts';
import { isEmail } from '../people/email.ts';
import { findSignIn } from '../people/people.queries.ts';
import { isPasswordLength, passwordMatches } from '../people/passwords.ts';
import { refreshHash } from '../people/people.service.ts';
import { codeAttempt, passwordAttempt } from '../throttling/attempts.service.ts';
import { challengeFor, openChallenge } from './mfa-challenge.ts';
import { beginSession, type OpenedSession } from './sessions.service.ts';

type Challenge = Awaited<ReturnType<typeof challengeFor>>;

/** How signing in goes on; `refused` never says why. */
export type SignInOutcome = OpenedSession | Challenge | 'refused';

export interface Credentials {
  email: string;
  password: string;
  tenant?: string | null;
}

const SLUG = /^[a-z0-9-]{1,63}$/;

/** Whoever is unknown or tried too often, wherever, costs and reads like a wrong password. */
export async function signIn(ctx: Context, { email, password, tenant }: Credentials): Promise<SignInOutcome> {
  if (!isPasswordLength(password)) return 'refused';
  const address = email.length > 254 ? '' : email.trim().toLowerCase();
  const found = await provenCandidate(ctx, address, password, tenant ?? null);
  if (found === undefined) return 'refused';
  if (found.enrolled) return challengeFor(found, ctx.services);

  const now = Math.floor(Date.now() / 1000);
  const who = { ...found, sessionId: newId(), amr: ['pwd'], authTime: now, mfaAt: null };
  return (await beginSession(ctx, who)) ?? 'refused';
}

async function provenCandidate(ctx: Context, address: string, password: string, tenant: string | null) {
  const attempt = await passwordAttempt(ctx, address);
  const { found, matches } = await verified().catch(async (error: unknown) => {
    await attempt.abandoned();
    throw error;
  });
  if (matches && found !== undefined) {
    await attempt.succeeded();
    await refreshHash(ctx, found, password);
  } else if (attempt.open) await auditRefusal(ctx, 'password', found);
  return matches ? found : undefined;

  async function verified() {
    const known = await candidate(ctx, address, tenant);
    const right = await passwordMatches(password, attempt.open ? known?.passwordHash : undefined);
    return { found: known, matches: right };
  }
}

/** Somebody unknown is told of in a chain of nobody's, which costs as much as one of a tenant. */
async function auditRefusal(
  ctx: Context,
  factor: 'password' | 'totp',
  { tenantId, memberId }: { tenantId: string; memberId?: string } = { tenantId: NO_TENANT },
): Promise<void> {
  const targets = memberId === undefined ? [] : [{ kind: 'member', id: memberId } as const];
  await transactionOf(ctx.database, tenantId, (transaction) =>
    audit(ctx, transaction, {
      action: 'sign-in.refused',
      actor: { kind: 'unknown' },
      targets,
      detail: { factor },
    }),
  );
}

async function candidate(ctx: Context, address: string, tenant: string | null) {
  if (!isEmail(address) || (tenant !== null && !SLUG.test(tenant))) return undefined;
  const found = await findSignIn(ctx.database.statements(null), address, tenant);
  return found?.demo === true && ctx.services.production ? undefined : found;
}

/** The code is taken before the session begins: whatever happens next, it is worth nothing any more. */
export async function completeMfa(
  ctx: Context,
  challengeToken: string,
  code: string,
): Promise<SignInOutcome> {
  const challenge = await openChallenge(challengeToken.slice(0, 2_000), ctx.services);
  if (challenge === undefined) return 'refused';
  const attempt = await codeAttempt(ctx, challenge.personId, 'totp');
  if (!attempt.open) return 'refused';
  if (!(await takeTotpCode(ctx, challenge.personId, code))) {
    await auditRefusal(ctx, 'totp', challenge);
    return 'refused';
  }
  await attempt.succeeded();
  const mfaAt = Math.floor(Date.now() / 1000);
  const who = { ...challenge, amr: ['pwd', 'otp', 'mfa'], authTime: challenge.passwordAt, mfaAt };
  return (await beginSession(ctx, who)) ?? 'refused';
}
