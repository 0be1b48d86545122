import { newId } from '@chorus/shared/id.ts';
import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { AMR, proveCode } from '../factors/codes.service.ts';
import { isEmail } from '../people/email.ts';
import { findSignIn } from '../people/people.queries.ts';
import { saltOf } from '../people/passwords.ts';
import { passwordMark } from '../people/proven-password.ts';
import { provePassword, refreshHash } from '../people/people.service.ts';
import { accountOf, challengeAttempt } from '../throttling/attempts.service.ts';
import { admission, type Admission } from './admission.service.ts';
import { beginSession, type Authenticated, type OpenedSession } from './sessions.service.ts';
import { noteOf, openNote, type HalfSignedIn } from './sign-in-note.ts';

export interface Challenge {
  challengeToken: string;
  methods: string[];
  expiresAt: Date;
}

export interface EnrolmentWanted {
  enrolmentToken: string;
  expiresAt: Date;
}

/** How signing in goes on; `refused` never says why. */
export type SignInOutcome = OpenedSession | Challenge | EnrolmentWanted | 'refused';

export interface Credentials {
  email: string;
  password: string;
  tenant?: string | null;
}

/** What a slug can look like. */
export const SLUG = /^[a-z0-9-]{1,63}$/;

/** Whoever is unknown or tried too often, wherever, costs and reads like a wrong password. */
export async function signIn(
  ctx: Context,
  { email, password, tenant }: Credentials,
  staff = false,
): Promise<SignInOutcome> {
  const address = email.length > 254 ? '' : email.trim().toLowerCase();
  const found = await provenCandidate(ctx, { address, tenant: tenant ?? null, staff }, password);
  if (found === undefined) return 'refused';
  const now = Math.floor(Date.now() / 1000);
  const provenPassword = passwordMark(saltOf(found.passwordHash), ctx.services);
  return enter(ctx, {
    ...found,
    sessionId: newId(),
    amr: ['pwd'],
    authTime: now,
    mfaAt: null,
    provenPassword,
  });
}

/** A session for somebody who proved who they are, unless the tenant wants more of them first. */
async function enter(ctx: Context, who: Authenticated): Promise<SignInOutcome> {
  const place = await admission(ctx, who);
  if (place === undefined) return 'refused';
  return (await missingStep(ctx, who, place)) ?? (await beginSession(ctx, who, place)) ?? 'refused';
}

/** How signing in goes on where the tenant wants more; undefined where it does not. */
export async function missingStep(
  ctx: Context,
  who: HalfSignedIn,
  { wanted: { wants, factors } }: Admission,
): Promise<Challenge | EnrolmentWanted | undefined> {
  if (wants === 'nothing') return undefined;
  if (wants === 'enrolment') {
    const { token, expiresAt } = await noteOf('enrolment', who, ctx.services);
    return { enrolmentToken: token, expiresAt };
  }
  const { token, expiresAt } = await noteOf('challenge', who, ctx.services);
  const methods = factors.recoveryCodesLeft > 0 ? ['totp', 'recovery-code'] : ['totp'];
  return { challengeToken: token, methods, expiresAt };
}

/** The platform's own people, apart from everybody else's. */
export const staffSignIn = (ctx: Context, credentials: Omit<Credentials, 'tenant'>): Promise<SignInOutcome> =>
  signIn(ctx, credentials, true);

/** Who is looked for, and among whom. */
interface Sought {
  address: string;
  tenant: string | null;
  staff: boolean;
}

async function provenCandidate(ctx: Context, sought: Sought, password: string) {
  const found = await candidate(ctx, sought);
  const account = accountOf(sought.address, sought.staff);
  const proof = await provePassword(ctx, account, password, found?.passwordHash);
  if (proof === 'wrong') await auditRefusal(ctx, 'sign-in.refused', 'password', found);
  if (proof !== 'right' || found === undefined) return undefined;
  await refreshHash(ctx, found, password);
  return found;
}

async function candidate(ctx: Context, { address, tenant, staff }: Sought) {
  if (!isEmail(address) || (tenant !== null && !SLUG.test(tenant))) return undefined;
  const found = await findSignIn(ctx.database.statements(null), address, tenant, staff);
  return found?.demo === true && ctx.services.production ? undefined : found;
}

/** The code is taken before the session begins: whatever happens next, it is worth nothing any more. */
export async function completeMfa(
  ctx: Context,
  challengeToken: string,
  code: string,
): Promise<SignInOutcome> {
  const challenge = await openNote('challenge', challengeToken, ctx.services);
  if (challenge === undefined) return refuseChallenge(ctx);
  const factor = await proveCode(ctx, challenge, code, 'sign-in.refused');
  if (factor === undefined) return 'refused';
  const mfaAt = Math.floor(Date.now() / 1000);
  return enter(ctx, { ...challenge, amr: AMR[factor], mfaAt });
}

async function refuseChallenge(ctx: Context): Promise<'refused'> {
  const attempt = await challengeAttempt(ctx);
  if (attempt.open) await auditRefusal(ctx, 'sign-in.refused', 'challenge');
  return 'refused';
}
