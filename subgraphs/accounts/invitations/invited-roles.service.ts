import { allows } from '@chorus/shared/ability.ts';
import { isId } from '@chorus/shared/id.ts';
import { isSystemRole, SYSTEM_ROLES, type Permission } from '@chorus/shared/permissions.ts';
import type { Context, Scope } from '../context.ts';
import { grantsOfRoles } from './joining.queries.ts';

/** What roles allow, by role; those that do not exist (any more) are missing. */
async function allowedBy(
  scope: Scope,
  roles: readonly string[],
): Promise<Map<string, readonly Permission[]>> {
  const own = roles.filter((role) => isId(role));
  const grants = own.length === 0 ? new Map<string, never>() : await grantsOfRoles(scope, own);
  const allowed = new Map<string, readonly Permission[]>();
  for (const role of roles) {
    const granted = isSystemRole(role)
      ? SYSTEM_ROLES[role]
      : grants.get(role)?.flatMap(({ effect, permission }) => (effect === 'allow' ? [permission] : []));
    if (granted !== undefined) allowed.set(role, granted);
  }
  return allowed;
}

export const rolesThatExist = async (scope: Scope, roles: readonly string[]): Promise<string[]> => [
  ...(await allowedBy(scope, roles)).keys(),
];

/** Nobody grants what they do not hold; undefined when they may. The one place that judges whom invitations may favour. */
export async function assertMayGrant(
  ctx: Context,
  scope: Scope,
  roles: readonly string[],
): Promise<'unknown-role' | 'not-held' | undefined> {
  const allowed = await allowedBy(scope, roles);
  if (allowed.size < roles.length) return 'unknown-role';
  const held = [...allowed.values()].flat().every((permission) => allows(ctx.ability, permission));
  return held ? undefined : 'not-held';
}
