import type { Identity } from '@chorus/shared/identity.ts';
import { abilityOf, allows, type PackedRules } from '@chorus/shared/ability.ts';
import {
  ALL_PERMISSIONS,
  ALL_PLATFORM_PERMISSIONS,
  type Permission,
  type PlatformPermission,
} from '@chorus/shared/permissions.ts';
import type { Context, Scope } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import type { MemberRow } from '../members/members.table.ts';
import { otherPlaces, type Place } from '../sessions/places.queries.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';
import type { TenantRow } from '../tenants/tenants.table.ts';

export interface Viewing {
  email: string | null;
  member: MemberRow | null;
  tenant: TenantRow | null;
  permissions: (Permission | PlatformPermission)[];
  tenants: Pick<Place, 'slug' | 'name'>[];
}

/** Whoever holds a session this request opened; all that is selected below is answered as to them. */
export function viewerAs(ctx: Context, holder: Identity): Promise<Viewing> {
  ctx.become(holder);
  return viewer(ctx);
}

/** The caller; what it may do is what the gateway says, which for a key is less than its owner may. */
export async function viewer(ctx: Context): Promise<Viewing> {
  const { kind, subject, rules } = ctx.identity;
  const permissions = permissionsIn(rules);
  if (kind === 'staff') {
    const staff = subject === null ? undefined : await ctx.load(membersById, subject);
    return { email: staff?.email ?? null, member: null, tenant: null, permissions, tenants: [] };
  }
  const self = kind === 'member' ? subject : null;
  const [tenant, member, tenants] = await Promise.all([
    ctx.load(tenantsById, ctx.tenantId),
    self === null ? undefined : ctx.load(membersById, self),
    self === null ? undefined : ctx.load(placesOf, self),
  ]);
  return {
    email: member?.email ?? null,
    member: member ?? null,
    tenant: tenant ?? null,
    permissions,
    tenants: tenants ?? [],
  };
}

const placesOf = (scope: Scope, members: readonly string[]) => otherPlaces(scope, members);

function permissionsIn(rules: PackedRules): Viewing['permissions'] {
  const ability = abilityOf(rules);
  return [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS].filter((permission) =>
    allows(ability, permission),
  );
}
