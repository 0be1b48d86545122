import { and, eq, sql } from 'drizzle-orm';
import { newId } from '@chorus/shared/id.ts';
import type { Scope } from '../context.ts';
import { groupMember } from '../groups/groups.table.ts';
import { role } from '../roles/roles.table.ts';
import {
  roleAssignment,
  type AssignmentSource,
  type RoleAssignmentRow,
  type SubjectKind,
} from './assignments.table.ts';

/** A role somebody holds now, directly or by a group, with the name people know it by. */
export interface HeldAssignment extends RoleAssignmentRow {
  memberId: string;
  name: string;
}

/** Whether an assignment has not ended. */
export const running = sql`(${roleAssignment.expiresAt} is null or ${roleAssignment.expiresAt} > now())`;

/** What members hold now, by member. */
export async function assignmentsOf(
  { db, tenantId }: Scope,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, HeldAssignment[]>> {
  const wanted = sql.param([...memberIds]);
  const holders = sql`(
    select 'member' as kind, id as subject, id as member_id from unnest(${wanted}::text[]) id
    union all
    select 'group', ${groupMember.groupId}::text, ${groupMember.memberId}::text from ${groupMember}
    where ${groupMember.tenantId} = ${tenantId}::uuid and ${groupMember.memberId} = any(${wanted}::uuid[])
  ) as holder`;
  const rows = await db
    .select({
      assignment: roleAssignment,
      memberId: sql<string>`holder.member_id`,
      name: sql<string>`coalesce(${role.name}, ${roleAssignment.role})`,
    })
    .from(roleAssignment)
    .innerJoin(
      holders,
      sql`${roleAssignment.subjectKind} = holder.kind and ${roleAssignment.subjectId} = holder.subject`,
    )
    .leftJoin(role, and(eq(role.tenantId, tenantId), sql`${role.id}::text = ${roleAssignment.role}`))
    .where(and(eq(roleAssignment.tenantId, tenantId), running))
    .orderBy(roleAssignment.createdAt, roleAssignment.role);
  const held = rows.map(({ assignment, memberId, name }) => ({ ...assignment, memberId, name }));
  return Map.groupBy(held, ({ memberId }) => memberId);
}

export interface NewAssignment {
  role: string;
  subjectKind: SubjectKind;
  subjectId: string;
  expiresAt?: Date | null;
  source: AssignmentSource;
  assignedBy?: string | null;
}

/** A role that is held already takes the new end. */
export async function saveAssignments(
  { db, tenantId }: Scope,
  assignments: readonly NewAssignment[],
): Promise<void> {
  if (assignments.length === 0) return;
  await db
    .insert(roleAssignment)
    .values(assignments.map((one) => ({ ...one, tenantId, id: newId() })))
    .onConflictDoUpdate({
      target: [
        roleAssignment.tenantId,
        roleAssignment.subjectKind,
        roleAssignment.subjectId,
        roleAssignment.role,
      ],
      set: { expiresAt: sql`excluded.expires_at` },
    });
}
