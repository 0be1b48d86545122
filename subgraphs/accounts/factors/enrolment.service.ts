import { transactionOf } from '@chorus/db/context.ts';
import { requireSecondFactor } from '@chorus/shared/assurance.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { audit } from '../audit/audit.service.ts';
import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { queueMail } from '../mail/mail.service.ts';
import { factorEnrolledMail } from '../mail/templates.ts';
import { callingMember } from '../members/calling-member.service.ts';
import { membersById } from '../members/members.queries.ts';
import { isStillProven } from '../people/proven-password.ts';
import { elevate } from '../sessions/elevation.service.ts';
import { beginSession, type OpenedSession } from '../sessions/sessions.service.ts';
import { openNote, type OpenNote } from '../sessions/sign-in-note.ts';
import { codeAttempt } from '../throttling/attempts.service.ts';
import { AMR } from './codes.service.ts';
import { findFactors } from './factors.queries.ts';
import { FRESH_S, giveRecoveryCodes } from './recovery-codes.service.ts';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';
import { beginTotpEnrolment, confirmTotpEnrolment, findTotpEnrolment } from './totp.queries.ts';

/** How long a seed that was shown waits for its first code. */
const ENROLMENT_S = 600;

/** Who enrols: whoever is signed in, or with a note somebody who must enrol before they are. */
interface Enrolling {
  tenantId: string;
  memberId: string;
  personId: string;
  email: string;
  note: OpenNote | undefined;
  /** Somebody signed in whose second factor is fresh may put a new one in its place. */
  replaces: boolean;
}

export interface ShownSeed {
  secret: string;
  uri: string;
  expiresAt: Date;
}

/** Shows a new seed, which is no factor before a code of it was typed; the factor in use stays in use meanwhile. */
export async function enrolTotp(
  ctx: Context,
  enrolmentToken: string | null | undefined,
): Promise<ShownSeed | 'refused' | 'already-enrolled'> {
  const who = await enrolling(ctx, enrolmentToken);
  if (typeof who === 'string') return who;
  const db = ctx.database.statements(null);
  const secret = newTotpSecret();
  const sealed = await ctx.services.dataKeys.seal(db, aboutSeed(who.personId), secret);
  await beginTotpEnrolment(db, who.personId, sealed);
  const expiresAt = new Date(Date.now() + ENROLMENT_S * 1000);
  return { secret, uri: totpUri(secret, who.email), expiresAt };
}

export interface Confirmed {
  recoveryCodes: string[];
  session: OpenedSession;
}

/** The first code makes the seed the factor: from now on it signs in, beside recovery codes that are shown once. */
export async function confirmTotp(
  ctx: Context,
  code: string,
  enrolmentToken: string | null | undefined,
): Promise<Confirmed | 'refused' | 'already-enrolled'> {
  const who = await enrolling(ctx, enrolmentToken);
  if (typeof who === 'string') return who;
  const attempt = await codeAttempt(ctx, who.personId, 'totp-enrolment');
  if (!attempt.open) return 'refused';
  const proven = await provenSeed(ctx, who.personId, code);
  const recoveryCodes = proven && (await activate(ctx, who, proven));
  if (recoveryCodes === undefined) {
    await auditRefusal(ctx, 'enrolment.refused', 'totp', who);
    return 'refused';
  }
  await attempt.succeeded();
  const session = who.note === undefined ? await elevate(ctx, 'totp') : await begin(ctx, who.note);
  if (session === undefined) throw new AppError('UNAUTHENTICATED');
  return { recoveryCodes, session };
}

/** @throws AppError MFA_REQUIRED for whoever is signed in and would replace a factor without proving it */
async function enrolling(
  ctx: Context,
  token: string | null | undefined,
): Promise<Enrolling | 'refused' | 'already-enrolled'> {
  const withNote = token !== null && token !== undefined;
  const note = withNote ? await openNote('enrolment', token, ctx.services) : undefined;
  const member = withNote ? note && (await notedMember(ctx, note)) : await callingMember(ctx);
  if (member === undefined) return 'refused';
  const { tenantId, id: memberId, personId, email } = member;
  const { totp } = await findFactors(ctx.database.statements(null), personId);
  if (totp && withNote) return 'already-enrolled';
  if (totp) requireSecondFactor(ctx.identity, FRESH_S);
  return { tenantId, memberId, personId, email, note, replaces: totp };
}

async function notedMember(ctx: Context, note: OpenNote) {
  const { tenantId, memberId } = note;
  const scope = { db: ctx.database.statements(tenantId), tenantId };
  if (!(await isStillProven(ctx, scope, note))) return undefined;
  const member = (await membersById(scope, [memberId])).get(memberId);
  return member?.active === true ? member : undefined;
}

/** The sealed seed that was shown and the step of its code, if the code is one. */
async function provenSeed(ctx: Context, personId: string, code: string) {
  const db = ctx.database.statements(null);
  const seed = await findTotpEnrolment(db, personId, ENROLMENT_S);
  if (seed === undefined) return undefined;
  const step = totpStep(await ctx.services.dataKeys.open(db, aboutSeed(personId), seed), code, 0);
  return step === undefined ? undefined : { seed, step };
}

function activate(
  ctx: Context,
  { tenantId, memberId, personId, email, note, replaces }: Enrolling,
  proven: { seed: string; step: number },
): Promise<string[] | undefined> {
  const party = { kind: 'member', id: memberId } as const;
  return transactionOf(ctx.database, tenantId, async (transaction) => {
    if (note !== undefined && !(await isStillProven(ctx, transaction, note))) return undefined;
    if (!(await confirmTotpEnrolment(transaction, personId, { ...proven, replaces }))) return undefined;
    const detail = { factor: 'totp' } as const;
    await audit(ctx, transaction, { action: 'factor.enrolled', actor: party, targets: [party], detail });
    await queueMail(ctx.services, transaction, { to: email, ...factorEnrolledMail() });
    return giveRecoveryCodes(ctx, transaction, personId);
  });
}

function begin(ctx: Context, note: OpenNote): Promise<OpenedSession | undefined> {
  const mfaAt = Math.floor(Date.now() / 1000);
  return beginSession(ctx, { ...note, amr: AMR.totp, mfaAt });
}

const aboutSeed = (owner: string) => ({ purpose: 'totp-seed', owner }) as const;
