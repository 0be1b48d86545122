import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { group, groupMember, type GroupRow } from './groups.table.ts';

export const MAX_GROUPS = 500;

export const listGroups = ({ db, tenantId }: Scope): Promise<GroupRow[]> =>
  db
    .select()
    .from(group)
    .where(eq(group.tenantId, tenantId))
    .orderBy(asc(sql`lower(${group.name})`), asc(group.id))
    .limit(MAX_GROUPS);

/** Groups that are not the tenant's are missing. */
export async function groupsById(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GroupRow>> {
  const rows = await db
    .select()
    .from(group)
    .where(and(eq(group.tenantId, tenantId), sql`${group.id} = any(${sql.param([...ids])}::uuid[])`));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The groups each member is in, by name. */
export async function groupsByMember({ db, tenantId }: Scope, memberIds: readonly string[]) {
  const rows = await db
    .select({ memberId: groupMember.memberId, group })
    .from(groupMember)
    .innerJoin(group, and(eq(group.tenantId, groupMember.tenantId), eq(group.id, groupMember.groupId)))
    .where(
      and(
        eq(groupMember.tenantId, tenantId),
        sql`${groupMember.memberId} = any(${sql.param([...memberIds])}::uuid[])`,
      ),
    )
    .orderBy(asc(sql`lower(${group.name})`), asc(group.id));
  return Map.groupBy(rows, ({ memberId }) => memberId);
}

export async function memberCounts(
  { db, tenantId }: Scope,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ groupId: groupMember.groupId, members: count() })
    .from(groupMember)
    .where(
      and(
        eq(groupMember.tenantId, tenantId),
        sql`${groupMember.groupId} = any(${sql.param([...groupIds])}::uuid[])`,
      ),
    )
    .groupBy(groupMember.groupId);
  return new Map(rows.map(({ groupId, members }) => [groupId, members]));
}

export async function membersOfGroup({ db, tenantId }: Scope, groupId: string): Promise<string[]> {
  const rows = await db
    .select({ id: groupMember.memberId })
    .from(groupMember)
    .where(and(eq(groupMember.tenantId, tenantId), eq(groupMember.groupId, groupId)))
    .orderBy(asc(groupMember.memberId));
  return rows.map(({ id }) => id);
}

/** How many groups the tenant has, and whether one of them has the name already. */
export async function groupNames({ db, tenantId }: Scope, name: string, besides?: string) {
  const same = sql`lower(${group.name}) = lower(${name}::text) and ${group.id} is distinct from ${besides ?? null}::uuid`;
  const [row] = await db
    .select({
      total: sql<number>`count(*)`.mapWith(Number),
      taken: sql<boolean>`coalesce(bool_or(${same}), false)`,
    })
    .from(group)
    .where(eq(group.tenantId, tenantId));
  return row ?? { total: 0, taken: false };
}

export async function insertGroup(
  { db, tenantId }: Scope,
  made: Pick<GroupRow, 'id' | 'name'>,
): Promise<GroupRow> {
  const [row] = await db
    .insert(group)
    .values({ ...made, tenantId })
    .returning();
  if (row === undefined) throw new Error('an insert returns its row');
  return row;
}

export async function saveGroupName({ db, tenantId }: Scope, { id, name }: GroupRow): Promise<void> {
  await db
    .update(group)
    .set({ name })
    .where(and(eq(group.tenantId, tenantId), eq(group.id, id)));
}

export async function addToGroup(
  { db, tenantId }: Scope,
  groupId: string,
  memberIds: readonly string[],
): Promise<void> {
  if (memberIds.length === 0) return;
  await db
    .insert(groupMember)
    .values(memberIds.map((memberId) => ({ tenantId, groupId, memberId })))
    .onConflictDoNothing();
}

export async function takeFromGroup(
  { db, tenantId }: Scope,
  groupId: string,
  memberIds: readonly string[],
): Promise<void> {
  await db
    .delete(groupMember)
    .where(
      and(
        eq(groupMember.tenantId, tenantId),
        eq(groupMember.groupId, groupId),
        sql`${groupMember.memberId} = any(${sql.param([...memberIds])}::uuid[])`,
      ),
    );
}

/** With its memberships. */
export async function removeGroup({ db, tenantId }: Scope, id: string): Promise<void> {
  await db.delete(group).where(and(eq(group.tenantId, tenantId), eq(group.id, id)));
}
