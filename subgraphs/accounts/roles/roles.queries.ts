import { and, asc, eq, sql } from 'drizzle-orm';
import { isId } from '@chorus/shared/id.ts';
import { running } from '../assignments/assignments.queries.ts';
import { roleAssignment } from '../assignments/assignments.table.ts';
import type { Scope } from '../context.ts';
import { groupMember } from '../groups/groups.table.ts';
import { role, type RoleRow } from './roles.table.ts';
import { SYSTEM_ROLE_ROWS } from './system-roles.ts';

export const MAX_ROLES = 500;

const columns = { id: role.id, name: role.name, description: role.description, grants: role.grants };

/** The tenant's own, by name. */
export const listRoles = ({ db, tenantId }: Scope): Promise<RoleRow[]> =>
  db
    .select(columns)
    .from(role)
    .where(eq(role.tenantId, tenantId))
    .orderBy(asc(sql`lower(${role.name})`), asc(role.id))
    .limit(MAX_ROLES);

/** Locked roles and the tenant's own; those of other tenants are missing. */
export async function rolesById(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RoleRow>> {
  const own = ids.filter(isId);
  const rows =
    own.length === 0
      ? []
      : await db
          .select(columns)
          .from(role)
          .where(and(eq(role.tenantId, tenantId), sql`${role.id} = any(${sql.param(own)}::uuid[])`));
  const locked = ids.flatMap((id) => SYSTEM_ROLE_ROWS.get(id) ?? []);
  return new Map([...locked, ...rows].map((row) => [row.id, row]));
}

/** How many roles the tenant has of its own, and whether one of them has the name already. */
export async function roleNames({ db, tenantId }: Scope, name: string, besides?: string) {
  const same = sql`lower(${role.name}) = lower(${name}::text) and ${role.id} is distinct from ${besides ?? null}::uuid`;
  const [row] = await db
    .select({
      total: sql<number>`count(*)`.mapWith(Number),
      taken: sql<boolean>`coalesce(bool_or(${same}), false)`,
    })
    .from(role)
    .where(eq(role.tenantId, tenantId));
  return row ?? { total: 0, taken: false };
}

export async function insertRole({ db, tenantId }: Scope, made: RoleRow): Promise<void> {
  await db.insert(role).values({ ...made, tenantId });
}

export async function replaceRole({ db, tenantId }: Scope, { id, ...changed }: RoleRow): Promise<void> {
  await db
    .update(role)
    .set({ ...changed, updatedAt: sql`now()` })
    .where(and(eq(role.tenantId, tenantId), eq(role.id, id)));
}

export async function removeRole({ db, tenantId }: Scope, id: string): Promise<void> {
  await db.delete(role).where(and(eq(role.tenantId, tenantId), eq(role.id, id)));
}

/** How many members and keys hold each role now, members also by their groups. */
export async function holderCounts(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { subjectKind: kind, subjectId: id } = roleAssignment;
  const holder = sql`case ${kind} when 'group' then 'member ' || ${groupMember.memberId} else ${kind} || ' ' || ${id} end`;
  const rows = await db
    .select({ role: roleAssignment.role, holders: sql<number>`count(distinct ${holder})`.mapWith(Number) })
    .from(roleAssignment)
    .leftJoin(
      groupMember,
      and(
        eq(groupMember.tenantId, roleAssignment.tenantId),
        sql`${groupMember.groupId} = case ${kind} when 'group' then ${id}::uuid end`,
      ),
    )
    .where(
      and(
        eq(roleAssignment.tenantId, tenantId),
        sql`${roleAssignment.role} = any(${sql.param([...ids])}::text[])`,
        running,
      ),
    )
    .groupBy(roleAssignment.role);
  return new Map(rows.map(({ role: held, holders }) => [held, holders]));
}
