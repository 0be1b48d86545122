import { newId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { takeTotpCode } from '../factors/totp.service.ts';
import { findSignIn } from '../people/people.queries.ts';
import { isPasswordLength, passwordMatches } from '../people/passwords.ts';
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

const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,189}$/u;
const SLUG = /^[a-z0-9-]{1,63}$/;

/** Whoever is unknown, wherever, costs and reads like a wrong password. */
export async function signIn(ctx: Context, { email, password, tenant }: Credentials): Promise<SignInOutcome> {
  if (!isPasswordLength(password)) return 'refused';
  const found = await candidate(ctx, email, tenant ?? null);
  const matches = await passwordMatches(password, found?.passwordHash);
  if (found === undefined || !matches) return 'refused';
  if (found.enrolled) return challengeFor(found, ctx.services);

  const now = Math.floor(Date.now() / 1000);
  const who = { ...found, sessionId: newId(), amr: ['pwd'], authTime: now, mfaAt: null };
  return (await beginSession(ctx, who)) ?? 'refused';
}

async function candidate(ctx: Context, email: string, tenant: string | null) {
  const address = email.length > 254 ? '' : email.trim().toLowerCase();
  if (!EMAIL.test(address) || (tenant !== null && !SLUG.test(tenant))) return undefined;
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
  if (challenge === undefined || !(await takeTotpCode(ctx, challenge.personId, code))) return 'refused';
  const mfaAt = Math.floor(Date.now() / 1000);
  const who = { ...challenge, amr: ['pwd', 'otp', 'mfa'], authTime: challenge.passwordAt, mfaAt };
  return (await beginSession(ctx, who)) ?? 'refused';
}
