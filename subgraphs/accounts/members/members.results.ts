import type { ResolversTypes } from '../generated/schema.ts';
import { LAST_OWNER } from '../roles/roles.results.ts';
import type { removeMember, setMemberActive } from './member-changes.service.ts';

export const MEMBER_NOT_FOUND = {
  __typename: 'MemberNotFound',
  message: 'There is no such member.',
} as const;

export const SEATS_FULL = { __typename: 'SeatsFull', message: 'This tenant has no seat left.' } as const;

const PROBLEMS = {
  'member-unknown': MEMBER_NOT_FOUND,
  'last-owner': LAST_OWNER,
  'seats-full': SEATS_FULL,
} as const;

export const removeMemberResult = (
  outcome: Awaited<ReturnType<typeof removeMember>>,
  id: string,
): Awaited<ResolversTypes['RemoveMemberResult']> =>
  outcome === 'removed' ? { __typename: 'MemberRemoved', id } : PROBLEMS[outcome];

export const setMemberActiveResult = (
  outcome: Awaited<ReturnType<typeof setMemberActive>>,
): Awaited<ResolversTypes['SetMemberActiveResult']> =>
  typeof outcome === 'string' ? PROBLEMS[outcome] : Object.assign(outcome, { __typename: 'Member' as const });
