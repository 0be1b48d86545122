import { and, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { groupMember } from '../groups/groups.table.ts';
import { running } from './assignments.queries.ts';
import { roleAssignment, type RoleAssignmentRow } from './assignments.table.ts';

/** What has not ended of a role's assignments. */
export const assignmentsOfRole = ({ db, tenantId }: Scope, role: string): Promise<RoleAssignmentRow[]> =>
  db
    .select()
    .from(roleAssignment)
    .where(and(eq(roleAssignment.tenantId, tenantId), eq(roleAssignment.role, role), running));

/** The members who hold a role now, by themselves or by a group. */
export async function holderIds({ db, tenantId }: Scope, role: string): Promise<string[]> {
  const { subjectKind: kind, subjectId: subject } = roleAssignment;
  const id = sql<string>`coalesce(${groupMember.memberId}::text, ${subject})`;
  const rows = await db
    .selectDistinct({ id })
    .from(roleAssignment)
    .leftJoin(
      groupMember,
      and(
        eq(groupMember.tenantId, roleAssignment.tenantId),
        sql`${groupMember.groupId} = case ${kind} when 'group' then ${subject}::uuid end`,
      ),
    )
    .where(
      and(
        eq(roleAssignment.tenantId, tenantId),
        eq(roleAssignment.role, role),
        sql`(${kind} = 'member' or ${groupMember.memberId} is not null)`,
        running,
      ),
    );
  return rows.map((row) => row.id);
}

/** Every holder of one role holds the other, until the sooner end of both, by whoever moves them. */
export async function reassign(
  { db, tenantId }: Scope,
  { from, to, by }: { from: string; to: string; by: string | null },
): Promise<void> {
  await db.execute(sql`
    insert into role_assignment as held
      (tenant_id, id, role, subject_kind, subject_id, expires_at, source, assigned_by)
    select tenant_id, gen_random_uuid(), ${to}::text, subject_kind, subject_id, expires_at, 'manual', ${by}::uuid
    from role_assignment moved
    where tenant_id = ${tenantId}::uuid and role = ${from}::text and (expires_at is null or expires_at > now())
    on conflict on constraint role_assignment_once do update set expires_at =
      case when held.expires_at <= now() then excluded.expires_at
        else least(held.expires_at, excluded.expires_at) end`);
}

/** Those that have ended as well. */
export async function unassignRole({ db, tenantId }: Scope, role: string): Promise<void> {
  await db
    .delete(roleAssignment)
    .where(and(eq(roleAssignment.tenantId, tenantId), eq(roleAssignment.role, role)));
}
