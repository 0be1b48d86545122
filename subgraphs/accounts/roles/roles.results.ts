import type { Grant } from '@chorus/shared/grants.ts';
import type { Grant as GrantShown, GrantInput, ResolversTypes } from '../generated/schema.ts';
import type { deleteRole } from './role-deletion.service.ts';
import type { RoleRow } from './roles.table.ts';

const isGiven = (part: unknown): boolean => part !== undefined && part !== null;

/** A grant as clients write it, in the form it is stored; nothing about it is known yet. */
export const grantSent = ({ effect, permission, conditions, fields }: GrantInput): object => ({
  effect: effect === 'ALLOW' ? 'allow' : 'deny',
  permission,
  ...(isGiven(conditions) && { conditions }),
  ...(isGiven(fields) && { fields }),
});

export const grantShown = ({ effect, permission, conditions, fields }: Grant): GrantShown => ({
  __typename: 'Grant',
  effect: effect === 'allow' ? 'ALLOW' : 'DENY',
  permission,
  conditions: conditions ?? null,
  fields: fields === undefined ? null : [...fields],
});

/** One sentence for each reason a role is not what somebody wanted. */
const PROBLEMS = {
  'name-taken': { __typename: 'RoleNameTaken', message: 'A role of that name exists.' },
  'role-unknown': { __typename: 'RoleNotFound', message: 'There is no such role.' },
  'limit-reached': { __typename: 'RoleLimitReached', message: 'A tenant has at most 500 roles of its own.' },
  locked: { __typename: 'RoleLocked', message: 'System roles cannot be changed; copy one instead.' },
  'last-owner': { __typename: 'LastOwner', message: 'The tenant needs an owner whose role does not end.' },
} as const;

export const LAST_OWNER = PROBLEMS['last-owner'];
export const ROLE_NOT_FOUND = PROBLEMS['role-unknown'];

/** What the outcome of making or changing a role looks like to a client. */
export function roleResult<Refusal extends keyof typeof PROBLEMS>(
  outcome: RoleRow | Refusal | { invalid: string },
) {
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return { __typename: 'RoleInvalid', message: outcome.invalid } as const;
  return Object.assign(outcome, { __typename: 'Role' as const });
}

export function deleteRoleResult(
  outcome: Awaited<ReturnType<typeof deleteRole>>,
  id: string,
): Awaited<ResolversTypes['DeleteRoleResult']> {
  if (outcome === 'deleted') return { __typename: 'RoleDeleted', id };
  if (typeof outcome === 'string') return PROBLEMS[outcome];
  if ('invalid' in outcome) return { __typename: 'RoleInvalid', message: outcome.invalid };
  const { holderCount } = outcome;
  return {
    __typename: 'RoleInUse',
    message: 'The role is assigned; name one to take its place.',
    holderCount,
  };
}
