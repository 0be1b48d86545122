import type { ToldAction } from '@chorus/db/audit-events.ts';
import { originOf, type Origin } from '@chorus/db/denials.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Context, Scope } from '../context.ts';
import { appendAuditEvent, appendPlatformAuditEvent } from './audit.queries.ts';
import type { AuditContext, AuditParty } from './audit.table.ts';

export type AuditAction =
  | 'access.denied'
  | 'api-key.created'
  | 'api-key.revoked'
  | 'api-key.rotated'
  | 'credential.refused'
  | 'enrolment.refused'
  | 'factor.enrolled'
  | 'factor.removed'
  | 'factor.reset'
  | 'feature-override.cleared'
  | 'feature-override.set'
  | 'flag.defined'
  | 'flag.killed'
  | 'flag.refused'
  | 'flag.revived'
  | 'flag.rolled-back'
  | 'group.created'
  | 'group.deleted'
  | 'group.members-set'
  | 'group.renamed'
  | 'invitation.accepted'
  | 'invitation.created'
  | 'invitation.refused'
  | 'invitation.resent'
  | 'invitation.revoked'
  | 'member.disabled'
  | 'member.enabled'
  | 'member.removed'
  | 'member.unlocked'
  | 'password.changed'
  | 'password.refused'
  | 'password.reset'
  | 'password.reset-refused'
  | 'password.reset-requested'
  | 'recovery-codes.replaced'
  | 'role.created'
  | 'role.deleted'
  | 'role.updated'
  | 'roles.assigned'
  | 'security-policy.updated'
  | 'session.ended'
  | 'session.revoked'
  | 'session.started'
  | 'session.stepped-up'
  | 'session.token-reused'
  | 'sign-in.refused'
  | 'step-up.refused'
  | 'tenant.created'
  | 'tenant.group-set'
  | 'tenant.resumed'
  | 'tenant.suspended'
  | ToldAction;

export type AuditFactor =
  | 'challenge'
  | 'mailed-token'
  | 'password'
  | 'recovery-code'
  | 'refresh-token'
  | 'totp';

export interface Audited {
  action: AuditAction;
  actor: AuditParty;
  targets?: readonly AuditParty[];
  /** What else tells how it came about, such as the factor; never a secret. */
  detail?: Pick<AuditContext, 'factor' | 'permission' | 'field' | 'reason' | 'more'>;
  before?: object;
  after?: object;
}

/** The chain of what belongs to no tenant, such as tries of unknown e-mail addresses. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** Who calls, as the log names them. */
export function callerParty({ identity: { kind, subject } }: Context): AuditParty {
  if (subject === null) return { kind: 'unknown' };
  return { kind: kind === 'key' || kind === 'staff' ? kind : 'member', id: subject };
}

/** Written in the transaction of the change it tells of: there is none without the other. */
export function audit(source: AuditSource, scope: Scope, event: Audited): Promise<void> {
  return auditTold(scope, newId(), event, originOf(source.request));
}

/** Who asks: a request, or a command of the operator that stands for one. */
export type AuditSource = Pick<Context, 'request'>;

/** The same for what the platform does to a tenant, told in the tenant's log and in the platform's own. */
export async function auditByPlatform(source: AuditSource, scope: Scope, event: Audited): Promise<void> {
  await auditToldByPlatform(scope, newId(), event, originOf(source.request));
}

/** The same for what staff did in another service. */
export async function auditToldByPlatform(
  scope: Scope,
  id: string,
  event: Audited,
  origin: Origin,
): Promise<void> {
  await auditTold(scope, id, event, origin);
  await appendPlatformAuditEvent(scope, rowOf(newId(), event, origin));
}

/** The same for what another service told, under the id it gave it. */
export function auditTold(scope: Scope, id: string, event: Audited, origin: Origin): Promise<void> {
  return appendAuditEvent(scope, rowOf(id, event, origin));
}

const rowOf = (id: string, { targets = [], detail, ...event }: Audited, origin: Origin) => ({
  id,
  ...event,
  targets,
  context: { ...origin, ...detail },
});
