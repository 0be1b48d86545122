import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { unassignSubject } from '../assignments/subjects.queries.ts';
import { audit, type AuditAction } from '../audit/audit.service.ts';
import { removeFactors } from '../factors/factors.queries.ts';
import { invite } from '../invitations/invitations.service.ts';
import { presentMemberAt } from '../members/members.queries.ts';
import type { MemberRow } from '../members/members.table.ts';
import { markRemoved } from '../members/removal.queries.ts';
import { endSessions } from '../sessions/administration.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { OPERATOR, type Operator } from './operator.ts';

/** Invites somebody to the platform's staff; only the operator of the installation does. */
export const inviteStaff = (by: Operator, email: string): Promise<'invited' | 'already-member'> =>
  inPlatform(by, async (transaction) => {
    const outcome = await invite(by.services, transaction, { email, roles: ['staff'], invitedBy: null });
    if (outcome === 'already-member') return outcome;
    const targets = [{ kind: 'invitation', id: outcome.invitation.id } as const];
    await audit(by, transaction, {
      action: 'invitation.created',
      actor: OPERATOR,
      targets,
      after: { email },
    });
    return 'invited';
  });

/** Whoever was removed holds nothing and is signed out; inviting the address again takes the same place. */
export const removeStaff = (by: Operator, email: string): Promise<'done' | 'unknown'> =>
  change(by, email, 'member.removed', async (transaction, { id }) => {
    await unassignSubject(transaction, { kind: 'member', id });
    await markRemoved(transaction, id);
  });

/** For somebody who lost phone and recovery codes: they enrol again at the next sign-in. */
export const resetStaffFactors = (by: Operator, email: string): Promise<'done' | 'unknown'> =>
  change(by, email, 'factor.reset', async (transaction, { personId }) => {
    await removeFactors(transaction, personId);
  });

/** What is changed of somebody ends their sessions. */
const change = (
  by: Operator,
  email: string,
  action: AuditAction,
  work: (transaction: Transaction, member: MemberRow) => Promise<void>,
): Promise<'done' | 'unknown'> =>
  inPlatform(by, async (transaction) => {
    const member = await presentMemberAt(transaction, email);
    if (member === undefined) return 'unknown';
    await work(transaction, member);
    const endedSessions = (await endSessions(transaction, { memberId: member.id })).length;
    const targets = [{ kind: 'staff', id: member.id } as const];
    await audit(by, transaction, { action, actor: OPERATOR, targets, after: { endedSessions } });
    await tenantChanged(transaction, { members: [member.id] });
    return 'done';
  });

const inPlatform = <T>({ database }: Operator, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
  transactionOf(database, PLATFORM_TENANT, async (transaction) => {
    await lockTenant(transaction);
    return work(transaction);
  });
