import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { passwordMark } from '../people/proven-password.ts';
import { policyOf } from '../security-policy/sign-in-requirements.service.ts';
import { admission } from './admission.service.ts';
import { otherPlaces, type Place } from './places.queries.ts';
import { isLive } from './refresh.service.ts';
import { forgetToken } from './session-cookie.ts';
import { findSession, type FoundSession } from './sessions.queries.ts';
import { beginSession, endSession } from './sessions.service.ts';
import { missingStep, SLUG, type SignInOutcome } from './sign-in.service.ts';

/**
 * The session of the caller goes over to another tenant of the same person, if it could begin there now. It ends
 * first, which only one of any number of calls can do; so one device has one session at every moment. It rests on the
 * password the person had while the session was live: a reset meanwhile ends the one or forbids the other.
 */
export async function switchTenant(ctx: Context, slug: string): Promise<SignInOutcome> {
  const session = await ownSession(ctx);
  const to = session && (await placeNamed(ctx, session, slug));
  if (session === undefined || to === undefined) return 'refused';
  const { amr, authTime, mfaAt } = session;
  const provenPassword = passwordMark(session.passwordSalt, ctx.services);
  const who = { ...to, sessionId: newId(), amr, authTime, mfaAt, provenPassword };
  const place = await admission(ctx, who);
  if (place === undefined) return 'refused';
  const missing = await missingStep(ctx, who, place);
  if (missing !== undefined) return missing;
  if (!(await endSession(ctx, session.tenantId, session.sessionId))) return 'refused';
  const opened = await beginSession(ctx, who, place);
  if (opened === undefined) forgetToken(ctx);
  return opened ?? 'refused';
}

/** Undefined when it is over although its access token is not. */
async function ownSession(ctx: Context): Promise<FoundSession | undefined> {
  const { kind, sessionId, subject } = ctx.identity;
  if (kind !== 'member' || sessionId === null) throw new AppError('FORBIDDEN');
  const session = await findSession(ctx.database.statements(null), sessionId);
  const own = session?.tenantId === ctx.tenantId && session.memberId === subject;
  if (!own || !isLive(ctx, session)) return undefined;
  return session.sinceRotation < (await policyOf(ctx)).sessionIdleS ? session : undefined;
}

async function placeNamed(ctx: Context, session: FoundSession, slug: string): Promise<Place | undefined> {
  if (!SLUG.test(slug)) return undefined;
  const places = await otherPlaces(ctx, [session.memberId], slug);
  return places.get(session.memberId)?.[0];
}
