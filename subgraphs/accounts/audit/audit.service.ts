import { newId } from '@chorus/shared/id.ts';
import type { Context, Scope } from '../context.ts';
import { appendAuditEvent } from './audit.queries.ts';
import type { AuditParty } from './audit.table.ts';

export type AuditAction =
  | 'invitation.accepted'
  | 'invitation.created'
  | 'invitation.refused'
  | 'invitation.resent'
  | 'invitation.revoked'
  | 'password.changed'
  | 'password.refused'
  | 'password.reset'
  | 'password.reset-refused'
  | 'password.reset-requested'
  | 'session.started'
  | 'session.ended'
  | 'session.token-reused'
  | 'sign-in.refused';

export interface Audited {
  action: AuditAction;
  actor: AuditParty;
  targets?: readonly AuditParty[];
  /** What else tells how it came about, such as the factor; never a secret. */
  detail?: { factor: 'password' | 'totp' };
  before?: object;
  after?: object;
}

/** The chain of what belongs to no tenant, such as tries of unknown e-mail addresses. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** Written in the transaction of the change it tells of: there is none without the other. */
export function audit(
  ctx: Context,
  scope: Scope,
  { targets = [], detail, ...event }: Audited,
): Promise<void> {
  const { requestId, clientAddress, userAgent } = ctx.request;
  const context = { requestId, clientAddress, userAgent: userAgent?.slice(0, 300), ...detail };
  return appendAuditEvent(scope, { id: newId(), ...event, targets, context });
}
