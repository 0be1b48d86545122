import { AppError } from '@chorus/shared/errors.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { otherPlaces, type Place } from './places.queries.ts';
import { isLive } from './refresh.service.ts';
import { forgetToken } from './session-cookie.ts';
import { findSession, type FoundSession } from './sessions.queries.ts';
import { beginSession, endSession } from './sessions.service.ts';
import { SLUG, type SignInOutcome } from './sign-in.service.ts';

/**
 * The session of the caller goes over to another tenant of the same person. It ends first, which only one of any
 * number of calls can do; so one device has one session at every moment.
 */
export async function switchTenant(ctx: Context, slug: string): Promise<SignInOutcome> {
  const session = await ownSession(ctx);
  const place = session && (await admittingPlace(ctx, session, slug));
  if (session === undefined || place === undefined) return 'refused';
  if (!(await endSession(ctx, session.tenantId, session.sessionId))) return 'refused';
  const { tenantId, memberId, personId } = place;
  const { amr, authTime, mfaAt } = session;
  const who = { tenantId, memberId, personId, sessionId: newId(), amr, authTime, mfaAt };
  const opened = await beginSession(ctx, who);
  if (opened === undefined) forgetToken(ctx);
  return opened ?? 'refused';
}

/** Undefined when it is over although its access token is not. */
async function ownSession(ctx: Context): Promise<FoundSession | undefined> {
  const { kind, sessionId, subject } = ctx.identity;
  if (kind !== 'member' || sessionId === null) throw new AppError('FORBIDDEN');
  const session = await findSession(ctx.database.statements(null), sessionId);
  const own = session?.tenantId === ctx.tenantId && session.memberId === subject;
  return own && isLive(ctx, session) ? session : undefined;
}

/** The one place that decides whether a session may go over; what the other tenant wants of sessions is asked here. */
async function admittingPlace(ctx: Context, session: FoundSession, slug: string): Promise<Place | undefined> {
  if (!SLUG.test(slug)) return undefined;
  const places = await otherPlaces(ctx, [session.memberId], slug);
  return places.get(session.memberId)?.[0];
}
