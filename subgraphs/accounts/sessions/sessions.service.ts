import { transactionOf } from '@chorus/db/context.ts';
import { originOf } from '@chorus/db/denials.ts';
import { ACCESS_TOKEN_LIFETIME_S, signAccessToken } from '@chorus/shared/access-token.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS, type Identity } from '@chorus/shared/identity.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import { queueMailTo } from '../mail/mail.service.ts';
import { sessionStolenMail } from '../mail/templates.ts';
import { isStillProven } from '../people/proven-password.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { admission, type Admission } from './admission.service.ts';
import { newFamily, refreshToken } from './refresh-token.ts';
import { deliverToken } from './session-cookie.ts';
import { insertSession, markEnded } from './sessions.queries.ts';
import type { SessionRow } from './sessions.table.ts';

/** Who signed in and how; times are seconds since 1970. */
export interface Authenticated {
  tenantId: string;
  memberId: string;
  personId: string;
  sessionId: string;
  amr: string[];
  authTime: number;
  mfaAt: number | null;
  /** Which password it all rests on (`passwordMark`). */
  provenPassword: string;
}

export type OpenedSession = SessionRow;

/** A session as its tokens tell of it. */
export interface Running extends Omit<Authenticated, 'personId' | 'provenPassword'> {
  family: string;
  /** Seconds since 1970 when it ends, however much it is used. */
  expiresAt: number;
}

/**
 * Undefined when member or tenant are no longer active, more is wanted of the member, the session began before, or the
 * password that was proved was replaced since.
 */
export async function beginSession(
  ctx: Context,
  who: Authenticated,
  admitted?: Admission,
): Promise<OpenedSession | undefined> {
  const place = admitted ?? (await admission(ctx, who));
  if (place?.wanted.wants !== 'nothing') return undefined;
  const running = { ...who, family: newFamily(), expiresAt: who.authTime + place.wanted.sessionLifetimeS };
  const begun = await transactionOf(ctx.database, who.tenantId, (transaction) =>
    insertAudited(ctx, transaction, running),
  );
  return begun ? openSession(ctx, place, running, 0) : undefined;
}

async function insertAudited(ctx: Context, transaction: Scope, running: Running & Authenticated) {
  if (!(await isStillProven(ctx, transaction, running))) return false;
  const { sessionId: id, memberId, personId, amr, family, mfaAt } = running;
  const { clientAddress, userAgent } = originOf(ctx.request);
  const begun = await insertSession(transaction, {
    id,
    memberId,
    personId,
    family,
    amr,
    clientAddress,
    userAgent,
    authTime: new Date(running.authTime * 1000),
    mfaAt: mfaAt === null ? null : new Date(mfaAt * 1000),
    expiresAt: new Date(running.expiresAt * 1000),
  });
  if (begun) {
    const [actor, target] = [{ kind: 'member', id: memberId } as const, { kind: 'session', id } as const];
    await audit(ctx, transaction, { action: 'session.started', actor, targets: [target], after: { amr } });
  }
  return begun;
}

/**
 * The tokens of a running session whose newest refresh token has this number; undefined when it is too old for what
 * the tenant allows now.
 */
export async function openSession(
  ctx: Context,
  place: Admission,
  session: Running,
  counter: number,
): Promise<OpenedSession | undefined> {
  const { member, tenant, wanted } = place;
  const { tokenKeys, secret } = ctx.services;
  const { amr, authTime, mfaAt } = session;
  const now = Math.floor(Date.now() / 1000);
  const sessionEnd = Math.floor(Math.min(session.expiresAt, authTime + wanted.sessionLifetimeS));
  if (sessionEnd <= now) return undefined;
  const endsAt = Math.min(now + ACCESS_TOKEN_LIFETIME_S, sessionEnd);
  const claims = {
    sub: member.id,
    tid: tenant.id,
    sid: session.sessionId,
    pv: tenant.version,
    acr: mfaAt === null ? 'aal1' : 'aal2',
    amr,
    auth_time: authTime,
    ...(mfaAt === null ? {} : { mfa_at: mfaAt }),
  };
  const keptForS = Math.min(wanted.sessionIdleS, sessionEnd - now);
  return {
    accessToken: await signAccessToken(claims, newId(), tokenKeys.signingKey, endsAt),
    refreshToken: deliverToken(ctx, refreshToken(session, counter, secret), keptForS),
    expiresAt: new Date(endsAt * 1000),
    holder: holderOf(place, session),
  };
}

/** Whoever holds the session, as the gateway will tell of them. */
const holderOf = (
  { member, tenant, rules }: Admission,
  { sessionId, amr, authTime, mfaAt }: Running,
): Identity => ({
  ...ANONYMOUS,
  ...(tenant.id === PLATFORM_TENANT
    ? { kind: 'staff', tenantId: null }
    : { kind: 'member', tenantId: tenant.id }),
  subject: member.id,
  sessionId,
  amr,
  authTime,
  mfaAt,
  rules,
});

/** False when it had ended before. Its access token is refused as soon as the record arrives. */
export function endSession(
  ctx: Context,
  tenantId: string,
  sessionId: string,
  action: 'session.ended' | 'session.token-reused' = 'session.ended',
): Promise<boolean> {
  return transactionOf(ctx.database, tenantId, async (transaction) => {
    // First of all locks, as in every change of access, so that no two changes wait for each other.
    await lockTenant(transaction);
    const ended = await markEnded(transaction, sessionId);
    if (ended !== undefined) {
      const stolen = action === 'session.token-reused';
      const actor = stolen ? ({ kind: 'unknown' } as const) : ({ kind: 'member', id: ended } as const);
      await audit(ctx, transaction, { action, actor, targets: [{ kind: 'session', id: sessionId }] });
      if (stolen) await queueMailTo(ctx.services, transaction, ended, sessionStolenMail());
      await tenantChanged(transaction);
    }
    return ended !== undefined;
  });
}
