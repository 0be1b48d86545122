import { transactionOf } from '@chorus/db/context.ts';
import { originOf } from '@chorus/db/denials.ts';
import { ACCESS_TOKEN_LIFETIME_S, signAccessToken } from '@chorus/shared/access-token.ts';
import { newId } from '@chorus/shared/id.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import { rulesNow } from '../records/records.service.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { viewerFor, type Viewing } from '../viewer/viewer.service.ts';
import { otherPlaces } from './places.queries.ts';
import { newFamily, refreshToken } from './refresh-token.ts';
import { deliverToken } from './session-cookie.ts';
import { insertSession, markEnded, type FoundSession } from './sessions.queries.ts';

/** A session that is not used for a day, or is a week old, needs a new sign-in. */
export const SESSION_IDLE_S = 24 * 3600;
const SESSION_LIFETIME_S = 7 * SESSION_IDLE_S;

/** Who signed in and how; times are seconds since 1970. */
export interface Authenticated {
  tenantId: string;
  memberId: string;
  personId: string;
  sessionId: string;
  amr: string[];
  authTime: number;
  mfaAt: number | null;
}

export interface OpenedSession {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date;
  viewer: Viewing;
}

/** Undefined when member or tenant are no longer active, or the session began before. */
export async function beginSession(ctx: Context, who: Authenticated): Promise<OpenedSession | undefined> {
  const place = await activePlace(ctx, who);
  if (place === undefined) return undefined;
  const family = newFamily();
  const begun = await transactionOf(ctx.database, who.tenantId, (transaction) =>
    insertAudited(ctx, transaction, who, family),
  );
  return begun ? tokensFor(ctx, place, { ...who, family }, 0) : undefined;
}

async function insertAudited(ctx: Context, transaction: Scope, who: Authenticated, family: string) {
  const { sessionId: id, memberId, personId, amr } = who;
  const origin = originOf(ctx.request);
  const begun = await insertSession(transaction, {
    id,
    memberId,
    personId,
    family,
    amr,
    authTime: new Date(who.authTime * 1000),
    mfaAt: who.mfaAt === null ? null : new Date(who.mfaAt * 1000),
    clientAddress: origin.clientAddress,
    userAgent: origin.userAgent,
    // Counted from the password, so that no going over to another tenant prolongs it.
    expiresAt: new Date((who.authTime + SESSION_LIFETIME_S) * 1000),
  });
  if (begun) {
    const [actor, target] = [{ kind: 'member', id: memberId } as const, { kind: 'session', id } as const];
    await audit(ctx, transaction, { action: 'session.started', actor, targets: [target], after: { amr } });
  }
  return begun;
}

/** The tokens of a running session whose newest refresh token has this number. */
export async function continueSession(
  ctx: Context,
  session: FoundSession,
  counter: number,
): Promise<OpenedSession | undefined> {
  const place = await activePlace(ctx, session);
  return place && tokensFor(ctx, place, session, counter);
}

type Place = NonNullable<Awaited<ReturnType<typeof activePlace>>>;

/** Member and tenant in one flight, in the tenant that signing in found. */
async function activePlace(ctx: Context, { tenantId, memberId }: { tenantId: string; memberId: string }) {
  const scope = { db: ctx.database.batched(tenantId), tenantId };
  const [members, tenants, rules, others] = await Promise.all([
    membersById(scope, [memberId]),
    tenantsById(scope, [tenantId]),
    rulesNow(scope, memberId),
    otherPlaces(scope, [memberId]),
  ]);
  const [member, tenant] = [members.get(memberId), tenants.get(tenantId)];
  return member?.active === true && tenant?.active === true
    ? { member, tenant, rules, others: others.get(memberId) ?? [] }
    : undefined;
}

type Carried = Omit<Authenticated, 'personId'> & { family: string };

async function tokensFor(
  ctx: Context,
  place: Place,
  session: Carried,
  counter: number,
): Promise<OpenedSession> {
  const { tokenKeys, secret } = ctx.services;
  const endsAt = Math.floor(Date.now() / 1000) + ACCESS_TOKEN_LIFETIME_S;
  const { amr, authTime, mfaAt } = session;
  const claims = {
    sub: place.member.id,
    tid: place.tenant.id,
    sid: session.sessionId,
    pv: place.tenant.version,
    acr: mfaAt === null ? 'aal1' : 'aal2',
    amr,
    auth_time: authTime,
    ...(mfaAt === null ? {} : { mfa_at: mfaAt }),
  };
  return {
    accessToken: await signAccessToken(claims, newId(), tokenKeys.signingKey),
    refreshToken: deliverToken(ctx, refreshToken(session, counter, secret), SESSION_IDLE_S),
    expiresAt: new Date(endsAt * 1000),
    viewer: viewerFor(place),
  };
}

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
      const actor =
        action === 'session.ended'
          ? ({ kind: 'member', id: ended } as const)
          : ({ kind: 'unknown' } as const);
      await audit(ctx, transaction, { action, actor, targets: [{ kind: 'session', id: sessionId }] });
      await tenantChanged(transaction);
    }
    return ended !== undefined;
  });
}
