import type { ResolversTypes } from '../generated/schema.ts';
import { SEATS_FULL } from '../members/members.results.ts';
import { WEAKNESSES } from '../people/password-rules.ts';
import type { acceptInvitation } from './acceptance.service.ts';
import type { InvitationRow } from './invitations.table.ts';
import type { inviteMember, resendInvitation } from './invitations.service.ts';

type Outcome<T extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<T>>;

const NOT_FOUND = {
  __typename: 'InvitationNotFound',
  message: 'There is no such invitation that could still be accepted.',
} as const;

const shown = (row: InvitationRow) => ({ __typename: 'Invitation' as const, ...row });

/** What inviting came to. */
export function inviteMemberResult(
  outcome: Outcome<typeof inviteMember>,
): Awaited<ResolversTypes['InviteMemberResult']> {
  if (outcome === 'already-member')
    return { __typename: 'AlreadyMember', message: 'Somebody with this address is a member already.' };
  if (outcome === 'unknown-role') return { __typename: 'UnknownRole', message: 'There is no such role.' };
  if ('invalid' in outcome) return { __typename: 'InvitationInvalid', message: outcome.invalid };
  return shown(outcome);
}

/** The invitation that was found and changed. */
export const invitationResult = (
  outcome: Outcome<typeof resendInvitation>,
): Awaited<ResolversTypes['ResendInvitationResult']> =>
  outcome === 'not-found' ? NOT_FOUND : shown(outcome);

/** One sentence for every refusal, so that none tells which it was. */
const REFUSED =
  'This invitation cannot be accepted like this. If you have an account already, use its password; else ask for a new invitation.';

export function acceptInvitationResult(
  outcome: Outcome<typeof acceptInvitation>,
): Awaited<ResolversTypes['AcceptInvitationResult']> {
  if (outcome === 'refused') return { __typename: 'InvitationRefused', message: REFUSED };
  if (outcome === 'seats-full') return SEATS_FULL;
  if (typeof outcome === 'string') return { __typename: 'PasswordTooWeak', message: WEAKNESSES[outcome] };
  return { __typename: 'InvitationAccepted', ...outcome };
}
