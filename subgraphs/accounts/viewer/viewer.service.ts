import { abilityOf, allows, type PackedRules } from '@chorus/shared/ability.ts';
import {
  ALL_PERMISSIONS,
  ALL_PLATFORM_PERMISSIONS,
  type Permission,
  type PlatformPermission,
} from '@chorus/shared/permissions.ts';
import type { Context } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import type { MemberRow } from '../members/members.table.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import type { TenantRow } from '../tenants/tenants.table.ts';

export interface Viewing {
  email: string | null;
  member: MemberRow | null;
  tenant: TenantRow | null;
  permissions: (Permission | PlatformPermission)[];
}

/** Somebody who has just signed in, whose request itself is nobody's yet. */
export const viewerFor = (member: MemberRow, tenant: TenantRow, rules: PackedRules): Viewing => ({
  email: member.email,
  member,
  tenant,
  permissions: permissionsIn(rules),
});

/** The caller; what it may do is what the gateway says, which for a key is less than its owner may. */
export async function viewer(ctx: Context): Promise<Viewing> {
  const { kind, subject, rules } = ctx.identity;
  const permissions = permissionsIn(rules);
  if (kind === 'staff') return { email: null, member: null, tenant: null, permissions };
  const [tenant, member] = await Promise.all([
    ctx.load(tenantsById, ctx.tenantId),
    kind === 'member' && subject !== null ? ctx.load(membersById, subject) : undefined,
  ]);
  return { email: member?.email ?? null, member: member ?? null, tenant: tenant ?? null, permissions };
}

function permissionsIn(rules: PackedRules): Viewing['permissions'] {
  const ability = abilityOf(rules);
  return [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS].filter((permission) =>
    allows(ability, permission),
  );
}
