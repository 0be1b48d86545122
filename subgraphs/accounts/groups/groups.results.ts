import { MEMBER_NOT_FOUND } from '../members/members.results.ts';
import type { GroupRow } from './groups.table.ts';

/** One sentence for each reason a group is not what somebody wanted. */
const PROBLEMS = {
  'name-taken': { __typename: 'GroupNameTaken', message: 'A group of that name exists.' },
  'group-unknown': { __typename: 'GroupNotFound', message: 'There is no such group.' },
  'limit-reached': { __typename: 'GroupLimitReached', message: 'A tenant has at most 500 groups.' },
  'member-unknown': MEMBER_NOT_FOUND,
} as const;

type Problems = typeof PROBLEMS;
type Shown<Outcome> = Outcome extends keyof Problems
  ? Problems[Outcome]
  : Outcome extends { invalid: string }
    ? { __typename: 'GroupInvalid'; message: string }
    : GroupRow & { __typename: 'Group' };

/** What the outcome of a change of a group looks like to a client. */
export function groupResult<Outcome extends GroupRow | keyof Problems | { invalid: string }>(
  outcome: Outcome,
): Shown<Outcome>;
export function groupResult(outcome: GroupRow | keyof Problems | { invalid: string }): object {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return { __typename: 'GroupInvalid', message: outcome.invalid };
  return { ...outcome, __typename: 'Group' };
}
