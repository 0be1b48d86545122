import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import { policyOf } from '../security-policy/sign-in-requirements.service.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import {
  endSessions,
  listSessions,
  sessionOwner,
  type SessionPosition,
  type Ending,
} from './administration.queries.ts';

/** Everybody sees their own sessions; those of others are the business of who manages members. */
export async function memberSessions(ctx: Context, args: PageArguments, memberId?: string) {
  const whose = memberId ?? self(ctx);
  if (whose !== selfOrNobody(ctx)) ctx.require('members.manage');
  const asked = page(args, ctx.tenantId, ['sessions', whose]);
  const after = asked.after === undefined ? undefined : position(asked.after);
  const { sessionIdleS: idleS } = await policyOf(ctx);
  const wanted = { memberId: whose, idleS, limit: asked.first + 1, after };
  const rows = isId(whose) ? await listSessions(ctx, wanted) : [];
  return connection(rows, asked, ({ authTime, id }) => `${id} ${authTime.toISOString()}`);
}

/** To who may not end it, somebody else's session reads like one that does not exist. */
export async function revokeSession(ctx: Context, id: string): Promise<number | 'unknown-session'> {
  const memberId = isId(id) ? await sessionOwner(ctx, id) : undefined;
  if (memberId === undefined || memberId !== selfOrNobody(ctx)) ctx.require('members.manage');
  if (memberId === undefined) return 'unknown-session';
  return (await revoke(ctx, { memberId, only: id })) || 'unknown-session';
}

export function revokeOtherSessions(ctx: Context): Promise<number> {
  const { sessionId } = ctx.identity;
  if (sessionId === null) throw new AppError('FORBIDDEN');
  return revoke(ctx, { memberId: self(ctx), except: sessionId });
}

export async function revokeMemberSessions(
  ctx: Context,
  memberId: string,
): Promise<number | 'unknown-member'> {
  ctx.require('members.manage');
  const member = isId(memberId) ? await ctx.load(membersById, memberId) : undefined;
  return member === undefined ? 'unknown-member' : revoke(ctx, { memberId });
}

/** Answers how many ended; the gateway refuses their access tokens as soon as the record arrives. */
function revoke(ctx: Context, ending: Ending): Promise<number> {
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const ended = await endSessions(transaction, ending);
    if (ended.length === 0) return 0;
    const whose = { kind: 'member', id: ending.memberId } as const;
    await audit(ctx, transaction, {
      action: 'session.revoked',
      actor: { kind: 'member', id: self(ctx) },
      targets: [whose, ...ended.map((id) => ({ kind: 'session', id }) as const)],
    });
    await tenantChanged(transaction);
    return ended.length;
  });
}

const selfOrNobody = ({ identity: { kind, subject } }: Context) => (kind === 'key' ? null : subject);

/** @throws AppError FORBIDDEN for keys, which have no sessions */
function self(ctx: Context): string {
  const subject = selfOrNobody(ctx);
  if (subject === null) throw new AppError('FORBIDDEN');
  return subject;
}

/** Cursors are not signed, so what they say is checked before a database sees it. */
function position(text: string): SessionPosition {
  const [id, authTime] = [text.slice(0, 36), new Date(text.slice(37))];
  if (isId(id) && !Number.isNaN(authTime.getTime())) return { id, authTime };
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}
