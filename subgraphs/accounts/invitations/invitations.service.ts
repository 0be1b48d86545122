import type { Transaction } from '@chorus/db/context.ts';
import { allows } from '@chorus/shared/ability.ts';
import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId, newId } from '@chorus/shared/id.ts';
import { audit, callerParty, type AuditAction } from '../audit/audit.service.ts';
import type { Context, Services } from '../context.ts';
import { linkWith, newMailToken } from '../mail/mail-token.ts';
import { queueMail } from '../mail/mail.service.ts';
import { invitationMail } from '../mail/templates.ts';
import { normalisedEmail } from '../people/email.ts';
import { allowsIn, requireHeld } from '../roles/authority.service.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { invitationAttempt } from '../throttling/attempts.service.ts';
import { listInvitations, markRevoked, pendingInvitation, saveInvitation } from './invitations.queries.ts';
import type { InvitationRow } from './invitations.table.ts';
import { hasMemberAt } from './joining.queries.ts';

const LIFETIME_DAYS = 7;
const MAX_ROLES = 20;

/** Who is invited, to what, and by which member; null is the staff of the platform. */
export interface Invitee {
  email: string;
  roles: readonly string[];
  invitedBy: string | null;
}

/**
 * Invites an address (lower case), or once more: then the link before is worth nothing. Needs no request, but a tenant
 * that is locked.
 */
export async function invite(
  services: Pick<Services, 'dataKeys' | 'appUrl'>,
  transaction: Transaction,
  { email, roles, invitedBy }: Invitee,
): Promise<{ invitation: InvitationRow; again: boolean } | 'already-member'> {
  if (await hasMemberAt(transaction, email)) return 'already-member';
  const before = await pendingInvitation(transaction, { email });
  const { token, ...key } = newMailToken(before?.id ?? newId());
  const saved = { ...key, email, roles: [...roles], invitedBy };
  const invitation = await saveInvitation(transaction, saved, LIFETIME_DAYS * 24 * 3600);
  const tenant = (await tenantsById(transaction, [transaction.tenantId])).get(transaction.tenantId);
  const link = linkWith(services.appUrl, 'accept-invitation', token);
  const letter = invitationMail(tenant?.name ?? '', link, LIFETIME_DAYS);
  await queueMail(services, transaction, { to: email, ...letter });
  return { invitation, again: before !== undefined };
}

export async function inviteMember(ctx: Context, input: { email: string; roles: readonly string[] }) {
  ctx.require('members.manage');
  const email = normalisedEmail(input.email);
  if (email === undefined) return { invalid: 'That is not an e-mail address.' };
  const roles = [...new Set(input.roles)];
  if (roles.length === 0 || roles.length > MAX_ROLES)
    return { invalid: `An invitation is to 1 to ${MAX_ROLES} roles.` };
  await requireFewMails(ctx, email);
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const known = await rolesById(transaction, roles);
    if (known.size < roles.length) return 'unknown-role';
    requireHeld(ctx, allowsIn(known.values()));
    const outcome = await invite(ctx.services, transaction, {
      email,
      roles,
      invitedBy: ctx.identity.subject,
    });
    if (outcome === 'already-member') return outcome;
    const { invitation, again } = outcome;
    await told(ctx, transaction, again ? 'invitation.resent' : 'invitation.created', invitation);
    return invitation;
  });
}

/** The roles stay those it was made with; whoever could not grant them now cannot send it either. */
export async function resendInvitation(ctx: Context, id: string) {
  ctx.require('members.manage');
  const known = isId(id) ? await pendingInvitation(ctx, { id }) : undefined;
  if (known === undefined) return 'not-found';
  await requireFewMails(ctx, known.email);
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const before = await pendingInvitation(transaction, { id });
    if (before === undefined) return 'not-found';
    requireHeld(ctx, allowsIn((await rolesById(transaction, before.roles)).values()));
    const outcome = await invite(ctx.services, transaction, before);
    if (outcome === 'already-member') return 'not-found';
    await told(ctx, transaction, 'invitation.resent', outcome.invitation);
    return outcome.invitation;
  });
}

export async function revokeInvitation(ctx: Context, id: string): Promise<InvitationRow | 'not-found'> {
  ctx.require('members.manage');
  if (!isId(id)) return 'not-found';
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const revoked = await markRevoked(transaction, id);
    if (revoked === undefined) return 'not-found';
    await told(ctx, transaction, 'invitation.revoked', revoked);
    return revoked;
  });
}

/** Newest first, for those who invite: roles may hide the addresses of people from everybody else. */
export async function tenantInvitations(ctx: Context, args: PageArguments) {
  ctx.require('members.read');
  if (!allows(ctx.ability, 'members.manage')) throw ctx.denial('members.manage');
  const asked = page(args, ctx.tenantId, 'invitations');
  const { after } = asked;
  if (after !== undefined && !isId(after))
    throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
  const rows = await listInvitations(ctx, { limit: asked.first + 1, after });
  return connection(rows, asked, ({ id }) => id);
}

export function invitationStatus({ acceptedAt, revokedAt, expiresAt }: InvitationRow) {
  if (acceptedAt !== null) return 'ACCEPTED';
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt.getTime() > Date.now() ? 'OPEN' : 'EXPIRED';
}

/** @throws AppError RATE_LIMITED, so that nobody fills somebody's mailbox */
async function requireFewMails(ctx: Context, email: string): Promise<void> {
  const { open } = await invitationAttempt(ctx, email);
  if (!open) throw new AppError('RATE_LIMITED', 'This address was invited too often; try again in an hour.');
}

function told(
  ctx: Context,
  transaction: Transaction,
  action: Extract<AuditAction, `invitation.${string}`>,
  { id, email, roles, expiresAt }: InvitationRow,
): Promise<void> {
  return audit(ctx, transaction, {
    action,
    actor: callerParty(ctx),
    targets: [{ kind: 'invitation', id }],
    after: { email, roles, expiresAt },
  });
}
