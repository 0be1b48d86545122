import { MEMBER_NOT_FOUND } from '../members/members.results.ts';
import type { GroupRow } from './groups.table.ts';

/** One sentence for each reason a group is not what somebody wanted. */
const PROBLEMS = {
  'name-taken': { __typename: 'GroupNameTaken', message: 'A group of that name exists.' },
  'group-unknown': { __typename: 'GroupNotFound', message: 'There is no such group.' },
  'limit-reached': { __typename: 'GroupLimitReached', message: 'A tenant has at most 500 groups.' },
  'member-unknown': MEMBER_NOT_FOUND,
} as const;

export const GROUP_NOT_FOUND = PROBLEMS['group-unknown'];

/** What the outcome of a change of a group looks like to a client. */
export function groupResult<Refusal extends keyof typeof PROBLEMS>(
  outcome: GroupRow | Refusal | { invalid: string },
) {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return { __typename: 'GroupInvalid', message: outcome.invalid } as const;
  return Object.assign(outcome, { __typename: 'Group' as const });
}
