import type { Context } from '../context.ts';
import { holderCounts, listRoles, rolesById } from './roles.queries.ts';
import type { RoleRow } from './roles.table.ts';
import { SYSTEM_ROLE_ROWS } from './system-roles.ts';

/** The locked roles, then the tenant's own. */
export async function tenantRoles(ctx: Context): Promise<RoleRow[]> {
  ctx.require('roles.read');
  return [...SYSTEM_ROLE_ROWS.values(), ...(await listRoles(ctx))];
}

/** Undefined for roles of other tenants and roles that do not exist alike. */
export function roleById(ctx: Context, id: string): Promise<RoleRow | undefined> {
  ctx.require('roles.read');
  return ctx.load(rolesById, id);
}

/** Any number of roles in one request cost one statement. */
export async function holderCount(ctx: Context, id: string): Promise<number> {
  ctx.require('roles.read');
  return (await ctx.load(holderCounts, id)) ?? 0;
}
