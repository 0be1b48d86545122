import { abilityOf, allows } from '@chorus/shared/ability.ts';
import { ALL_PERMISSIONS, permissionsOf, type Permission } from '@chorus/shared/permissions.ts';
import type { Context } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import type { MemberRow } from '../members/members.table.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import type { TenantRow } from '../tenants/tenants.table.ts';

export interface Viewing {
  email: string | null;
  member: MemberRow | null;
  tenant: TenantRow | null;
  permissions: Permission[];
}

/** Somebody who has just signed in, whose request itself is nobody's yet. */
export const viewerFor = (member: MemberRow, tenant: TenantRow): Viewing => ({
  email: member.email,
  member,
  tenant,
  permissions: permissionsOf(member.roles),
});

/** The caller; what it may do is what the gateway says, which for a key is less than its owner may. */
export async function viewer(ctx: Context): Promise<Viewing> {
  const { kind, subject, rules } = ctx.identity;
  const [tenant, member] = await Promise.all([
    ctx.load(tenantsById, ctx.tenantId),
    kind === 'member' && subject !== null ? ctx.load(membersById, subject) : undefined,
  ]);
  const ability = abilityOf(rules);
  return {
    email: member?.email ?? null,
    member: member ?? null,
    tenant: tenant ?? null,
    permissions: ALL_PERMISSIONS.filter((permission) => allows(ability, permission)),
  };
}
