import { AppError } from '@chorus/shared/errors.ts';
import type { ResolversTypes, RoleSubjectInput } from '../generated/schema.ts';
import { LAST_OWNER, ROLE_NOT_FOUND } from '../roles/roles.results.ts';
import type { assignRoles } from './assign-roles.service.ts';
import type { RoleSubject } from './subjects.queries.ts';

/** @throws AppError BAD_USER_INPUT unless exactly one of the three is named */
export function subjectSent({ memberId, groupId, apiKeyId }: RoleSubjectInput): RoleSubject {
  const [subject, ...more] = [
    { kind: 'member' as const, id: memberId },
    { kind: 'group' as const, id: groupId },
    { kind: 'key' as const, id: apiKeyId },
  ].flatMap(({ kind, id }) => (typeof id === 'string' ? [{ kind, id }] : []));
  if (subject === undefined || more.length > 0)
    throw new AppError('BAD_USER_INPUT', 'subject names exactly one of memberId, groupId and apiKeyId.');
  if (subject.id.includes('\0'))
    throw new AppError('BAD_USER_INPUT', 'subject must not contain NUL characters.');
  return subject;
}

const PROBLEMS = {
  'subject-unknown': { __typename: 'SubjectNotFound', message: 'There is nobody of this id.' },
  'role-unknown': ROLE_NOT_FOUND,
  'last-owner': LAST_OWNER,
} as const;

export function assignRolesResult(
  outcome: Awaited<ReturnType<typeof assignRoles>>,
): Awaited<ResolversTypes['AssignRolesResult']> {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return { __typename: 'AssignmentInvalid', message: outcome.invalid };
  return { __typename: 'RolesAssigned', assignments: outcome };
}
