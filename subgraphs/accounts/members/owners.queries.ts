import { and, eq, isNull, sql } from 'drizzle-orm';
import { roleAssignment } from '../assignments/assignments.table.ts';
import type { Scope } from '../context.ts';
import { member } from './members.table.ts';

/** Active members who are owners for good: not by a group, and without an end. */
export async function ownerIds({ db, tenantId }: Scope): Promise<string[]> {
  const rows = await db
    .select({ id: member.id })
    .from(member)
    .innerJoin(
      roleAssignment,
      and(
        eq(roleAssignment.tenantId, member.tenantId),
        eq(roleAssignment.subjectKind, 'member'),
        sql`${roleAssignment.subjectId} = ${member.id}::text`,
        eq(roleAssignment.role, 'owner'),
        isNull(roleAssignment.expiresAt),
      ),
    )
    .where(and(eq(member.tenantId, tenantId), member.active, isNull(member.removedAt)));
  return rows.map(({ id }) => id);
}
