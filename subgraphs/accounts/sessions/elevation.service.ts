import { AppError } from '@chorus/shared/errors.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { AMR, proveCode, type CodeFactor } from '../factors/codes.service.ts';
import { callingMember } from '../members/calling-member.service.ts';
import { admission } from './admission.service.ts';
import { raiseSession } from './sessions.queries.ts';
import { openSession, type OpenedSession } from './sessions.service.ts';

/** Whoever is signed in proves a second factor again; what needs a fresh one is open to them for as long as it says. */
export async function stepUp(ctx: Context, code: string): Promise<OpenedSession | 'refused'> {
  const caller = await callingMember(ctx);
  const factor = await proveCode(ctx, { ...caller, memberId: caller.id }, code, 'step-up.refused');
  return factor === undefined ? 'refused' : ((await elevate(ctx, factor)) ?? 'refused');
}

/**
 * Makes the caller's own session as sure as a sign-in with that factor now. The refresh token is a new one, so that
 * one taken before does not become surer with it. Undefined when the session is over.
 */
export async function elevate(ctx: Context, factor: CodeFactor): Promise<OpenedSession | undefined> {
  const { sessionId, subject } = ctx.identity;
  if (sessionId === null || subject === null) throw new AppError('UNAUTHENTICATED');
  const mfaAt = Math.floor(Date.now() / 1000);
  const amr = AMR[factor];
  const [actor, target] = [
    { kind: 'member', id: subject } as const,
    { kind: 'session', id: sessionId } as const,
  ];
  const raised = await ctx.transaction(async (transaction) => {
    const session = await raiseSession(transaction, sessionId, { amr, mfaAt: new Date(mfaAt * 1000) });
    const told = { action: 'session.stepped-up', actor, targets: [target], detail: { factor } } as const;
    if (session !== undefined) await audit(ctx, transaction, told);
    return session;
  });
  const who = { tenantId: ctx.tenantId, memberId: subject, mfaAt };
  const place = raised && (await admission(ctx, who));
  if (raised === undefined || place?.wanted.wants !== 'nothing') return undefined;
  const [authTime, expiresAt] = [raised.authTime.getTime() / 1000, raised.expiresAt.getTime() / 1000];
  const running = { ...who, ...raised, authTime, expiresAt, sessionId, amr };
  return openSession(ctx, place, running, raised.counter);
}
