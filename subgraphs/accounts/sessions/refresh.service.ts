import { AppError } from '@chorus/shared/errors.ts';
import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { refreshAttempt } from '../throttling/attempts.service.ts';
import { admission } from './admission.service.ts';
import { isGenuine, parseRefreshToken } from './refresh-token.ts';
import { forgetToken, presentedToken } from './session-cookie.ts';
import { findSession, rotateSession, type FoundSession } from './sessions.queries.ts';
import { endSession, openSession, type OpenedSession } from './sessions.service.ts';

/** How long a token that was exchanged still answers its successor, for tabs that refresh at the same time. */
const REPEAT_S = 10;

/** Only the newest token goes on, or the one before for ten seconds; anything older was stolen and ends the session. */
export async function refreshSession(
  ctx: Context,
  input: string | null | undefined,
): Promise<OpenedSession | 'refused'> {
  const token = presentedToken(ctx, input);
  const attempt = token === undefined ? undefined : await refreshAttempt(ctx);
  if (attempt?.open === false) return 'refused';
  const opened = await exchange(ctx, token);
  if (opened === undefined) forgetToken(ctx);
  else await attempt?.succeeded();
  return opened ?? 'refused';
}

/** What the tenant wants today counts, also of sessions that began before it did. */
async function exchange(ctx: Context, token: string | undefined): Promise<OpenedSession | undefined> {
  const known = await sessionOf(ctx, token);
  if (known === undefined || !isLive(ctx, known.session)) {
    if (token !== undefined) await auditRefusal(ctx, 'sign-in.refused', 'refresh-token', known?.session);
    return undefined;
  }
  const place = await admission(ctx, known.session);
  if (place?.wanted.wants !== 'nothing') return undefined;
  if (known.session.sinceRotation >= place.wanted.sessionIdleS) return undefined;
  const counter = await successor(ctx, known.session, known.counter);
  return counter === undefined ? undefined : openSession(ctx, place, known.session, counter);
}

/** Whether the session can go on as far as it knows itself: a demo session never does in production. */
export const isLive = (ctx: Context, { live, demo }: FoundSession) =>
  live && !(demo && ctx.services.production);

/** The session a genuine token belongs to, and the token's number in it. */
async function sessionOf(ctx: Context, token: string | undefined) {
  const presented = parseRefreshToken(token);
  if (presented === undefined) return undefined;
  const session = await findSession(ctx.database.statements(null), presented.sessionId);
  if (session === undefined || !isGenuine(presented, session.family, ctx.services.secret)) return undefined;
  return { session, counter: presented.counter };
}

async function successor(
  ctx: Context,
  session: FoundSession,
  presented: number,
): Promise<number | undefined> {
  const { tenantId, sessionId } = session;
  let latest: FoundSession | undefined = session;
  if (presented === session.counter) {
    const scope = { db: ctx.database.statements(tenantId), tenantId };
    if (await rotateSession(scope, sessionId, presented)) return presented + 1;
    latest = await findSession(ctx.database.statements(null), sessionId);
  }
  if (latest === undefined || !isLive(ctx, latest)) return undefined;
  if (presented === latest.counter - 1 && latest.sinceRotation < REPEAT_S) return latest.counter;
  await endSession(ctx, tenantId, sessionId, 'session.token-reused');
  return undefined;
}

/** The session of the token, else of the caller. Answers false when it had ended before. */
export async function signOut(ctx: Context, input: string | null | undefined): Promise<boolean> {
  const token = presentedToken(ctx, input);
  const ended = token === undefined ? await endOwn(ctx) : await endOf(ctx, token);
  forgetToken(ctx);
  return ended;
}

async function endOf(ctx: Context, token: string): Promise<boolean> {
  const known = await sessionOf(ctx, token);
  return known !== undefined && endSession(ctx, known.session.tenantId, known.session.sessionId);
}

function endOwn(ctx: Context): Promise<boolean> {
  const { sessionId } = ctx.identity;
  if (sessionId === null) throw new AppError('UNAUTHENTICATED');
  return endSession(ctx, ctx.tenantId, sessionId);
}
