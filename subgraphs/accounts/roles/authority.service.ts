import { uncovered } from '@chorus/shared/grant-cover.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { assignmentsOf } from '../assignments/assignments.queries.ts';
import type { Context, Scope } from '../context.ts';
import { rolesById } from './roles.queries.ts';
import type { RoleRow } from './roles.table.ts';

/** What giving a role gives: its allows. */
export const allowsIn = (roles: Iterable<Pick<RoleRow, 'grants'>>): Grant[] =>
  [...roles].flatMap(({ grants }) => grants.filter(({ effect }) => effect === 'allow'));

const allIn = (roles: Iterable<Pick<RoleRow, 'grants'>>): Grant[] =>
  [...roles].flatMap(({ grants }) => grants);

/**
 * Nobody grants what they do not hold.
 * @throws AppError FORBIDDEN
 */
export function requireHeld(ctx: Context, grants: readonly Grant[]): void {
  const { rules, subject } = ctx.identity;
  const [beyond] = uncovered(rules, grants, { subject, owner: subject });
  if (beyond === undefined) return;
  throw ctx.denial(beyond.permission, `You do not hold ${beyond.permission} as widely as this needs.`);
}

/**
 * Nobody changes or takes away a role they could not give; its denies count as well, because without them their
 * holders may do more.
 * @throws AppError FORBIDDEN
 */
export const requireOverRoles = (ctx: Context, roles: Iterable<Pick<RoleRow, 'grants'>>): void =>
  requireHeld(ctx, allIn(roles));

/**
 * Nobody changes what members hold who hold more than they do, by themselves or by a group.
 * @throws AppError FORBIDDEN
 */
export async function requireOverMembers(
  ctx: Context,
  scope: Scope,
  memberIds: readonly string[],
): Promise<void> {
  const held = [...(await assignmentsOf(scope, memberIds)).values()].flat();
  const roles = await rolesById(scope, [...new Set(held.map(({ role }) => role))]);
  requireOverRoles(ctx, roles.values());
}

/** Whether a role takes something away from whoever holds it. */
export const denies = ({ grants }: Pick<RoleRow, 'grants'>): boolean =>
  grants.some(({ effect }) => effect === 'deny');
