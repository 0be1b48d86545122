import { and, asc, count, eq, isNull, sql, type SQL } from 'drizzle-orm';
import { callerRows, type ColumnMap } from '@chorus/db/conditions.ts';
import type { CallerScope } from '@chorus/db/context.ts';
import { isId } from '@chorus/shared/id.ts';
import { running } from '../assignments/assignments.queries.ts';
import { roleAssignment } from '../assignments/assignments.table.ts';
import type { Scope } from '../context.ts';
import { groupMember } from '../groups/groups.table.ts';
import { role } from '../roles/roles.table.ts';
import { member, type MemberFilter, type MemberRow } from './members.table.ts';

/** Where a page of the list by name goes on. */
export type MemberPosition = Pick<MemberRow, 'name' | 'id'>;

const groupIdsOf = sql`(select ${groupMember.groupId}::text from ${groupMember}
  where ${groupMember.tenantId} = ${member.tenantId} and ${groupMember.memberId} = ${member.id})`;

/** Names of the roles held now, as `Member.roles` tells them. */
const roleNames = sql`(
  select coalesce(array_agg(distinct coalesce(${role.name}, ${roleAssignment.role})), '{}')
  from ${roleAssignment}
  left join ${role} on ${role.tenantId} = ${roleAssignment.tenantId} and ${role.id}::text = ${roleAssignment.role}
  where ${roleAssignment.tenantId} = ${member.tenantId} and ${running} and (
    ${roleAssignment.subjectKind} = 'member' and ${roleAssignment.subjectId} = ${member.id}::text
    or ${roleAssignment.subjectKind} = 'group' and ${roleAssignment.subjectId} in ${groupIdsOf}))`;

const COLUMNS: ColumnMap = {
  tenantId: member.tenantId,
  id: member.id,
  email: member.email,
  roles: roleNames,
  active: member.active,
  joinedAt: member.joinedAt,
};

/** The members that can be listed: whoever was removed is not among them, nor whom the caller's rules leave out. */
const listed = (scope: CallerScope, { groupId }: MemberFilter): SQL | undefined =>
  and(
    eq(member.tenantId, scope.tenantId),
    isNull(member.removedAt),
    callerRows(scope, 'members.read', COLUMNS),
    groupId === undefined
      ? undefined
      : sql`exists (select from ${groupMember} where ${groupMember.tenantId} = ${member.tenantId}
          and ${groupMember.memberId} = ${member.id} and ${groupMember.groupId} = ${groupId}::uuid)`,
  );

export function listMembers(
  scope: CallerScope,
  filter: MemberFilter,
  { limit, after }: { limit: number; after: MemberPosition | undefined },
): Promise<MemberRow[]> {
  const behind =
    after === undefined
      ? undefined
      : sql`(${member.name}, ${member.id}) > (${after.name}::text, ${after.id}::uuid)`;
  return scope.db
    .select()
    .from(member)
    .where(and(listed(scope, filter), behind))
    .orderBy(asc(member.name), asc(member.id))
    .limit(limit);
}

export async function countMembers(scope: CallerScope, filter: MemberFilter): Promise<number> {
  const [row] = await scope.db.select({ all: count() }).from(member).where(listed(scope, filter));
  return row?.all ?? 0;
}

/** How many seats are taken. */
export const countActiveMembers = ({ db, tenantId }: Scope): Promise<number> =>
  db.$count(member, and(eq(member.tenantId, tenantId), eq(member.active, true)));

/** Also those who were removed, whom what they did still names. */
export async function membersById(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MemberRow>> {
  const wanted = sql`${member.id} = any(${sql.param([...ids])}::uuid[])`;
  const rows = await db
    .select()
    .from(member)
    .where(and(eq(member.tenantId, tenantId), wanted));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those of these who are members and were not removed. */
export async function presentMembers(scope: Scope, ids: readonly string[]): Promise<MemberRow[]> {
  const found = await membersById(scope, ids.filter(isId));
  return [...found.values()].filter(({ removedAt }) => removedAt === null);
}

/** By address (lower case), unless removed. */
export async function presentMemberAt(
  { db, tenantId }: Scope,
  email: string,
): Promise<MemberRow | undefined> {
  const [row] = await db
    .select()
    .from(member)
    .where(and(eq(member.tenantId, tenantId), eq(member.email, email), isNull(member.removedAt)));
  return row;
}

export type NewMember = Pick<MemberRow, 'id' | 'personId' | 'name' | 'email'>;

/** Does nothing when the person is a member of the tenant already. */
export async function insertMember({ db, tenantId }: Scope, joining: NewMember): Promise<void> {
  await db
    .insert(member)
    .values({ ...joining, tenantId })
    .onConflictDoNothing();
}
