import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { holderIds } from '../assignments/holders.queries.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requireRulesFit } from '../records/records.service.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { allowsIn, denies, requireHeld, requireOverMembers, requireOverRoles } from './authority.service.ts';
import { checkedRole, type RoleInput } from './role-input.ts';
import { insertRole, MAX_ROLES, replaceRole, roleNames, rolesById } from './roles.queries.ts';
import type { RoleRow } from './roles.table.ts';
import { SYSTEM_ROLE_ROWS } from './system-roles.ts';

type Refusal = 'name-taken' | 'role-unknown' | { invalid: string };

/** A role to make; grants, or the role to take them from. */
export interface NewRole {
  name: string;
  description: string | undefined;
  grants: readonly unknown[] | undefined;
  copyOf: string | undefined;
}

export async function createRole(ctx: Context, input: NewRole): Promise<RoleRow | Refusal | 'limit-reached'> {
  ctx.require('roles.manage');
  const { name, description = '', grants, copyOf } = input;
  if ((grants === undefined) === (copyOf === undefined))
    return { invalid: 'A new role needs either grants or a role to copy.' };
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const copied = copyOf === undefined ? undefined : (await rolesById(transaction, [copyOf])).get(copyOf);
    if (copyOf !== undefined && copied === undefined) return 'role-unknown';
    const checked = checkedRole({ name, description, grants: grants ?? copied?.grants ?? [] });
    if ('invalid' in checked) return checked;
    requireHeld(ctx, allowsIn([checked]));
    const names = await roleNames(transaction, checked.name);
    if (names.taken || isLockedName(checked.name)) return 'name-taken';
    if (names.total >= MAX_ROLES) return 'limit-reached';
    const role = { id: newId(), ...checked };
    await insertRole(transaction, role);
    const about = { actor: callerParty(ctx), targets: [{ kind: 'role', id: role.id } as const] };
    await audit(ctx, transaction, { action: 'role.created', ...about, after: role });
    await tenantChanged(transaction);
    return role;
  });
}

/** A role's changes; what is undefined stays. */
export type RoleChanges = { id: string } & { [Key in keyof RoleInput]: RoleInput[Key] | undefined };

export async function updateRole(ctx: Context, input: RoleChanges): Promise<RoleRow | Refusal | 'locked'> {
  ctx.require('roles.manage');
  if (SYSTEM_ROLE_ROWS.has(input.id)) return 'locked';
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const before = (await rolesById(transaction, [input.id])).get(input.id);
    if (before === undefined) return 'role-unknown';
    const { name = before.name, description = before.description, grants = before.grants } = input;
    const checked = checkedRole({ name, description, grants });
    if ('invalid' in checked) return checked;
    const after = { id: before.id, ...checked };
    const { taken } = await roleNames(transaction, after.name, after.id);
    if (taken || isLockedName(after.name)) return 'name-taken';
    await requireMayChange(ctx, transaction, before, after);
    await replaceRole(transaction, after);
    await requireRulesFit(transaction, await holderIds(transaction, after.id));
    const about = { actor: callerParty(ctx), targets: [{ kind: 'role', id: after.id } as const] };
    await audit(ctx, transaction, { action: 'role.updated', ...about, before, after });
    await tenantChanged(transaction);
    return after;
  });
}

const isLockedName = (name: string): boolean => SYSTEM_ROLE_ROWS.has(name.toLowerCase());

/** A new deny takes away from everybody who holds the role, which takes authority over them as well. */
async function requireMayChange(
  ctx: Context,
  transaction: Transaction,
  before: RoleRow,
  after: RoleRow,
): Promise<void> {
  requireOverRoles(ctx, [before]);
  requireHeld(ctx, allowsIn([after]));
  const added = after.grants.filter(
    (grant) => !before.grants.some((known) => isDeepStrictEqual(known, grant)),
  );
  if (denies({ grants: added }))
    await requireOverMembers(ctx, transaction, await holderIds(transaction, after.id));
}
