import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { apiKey } from '../api-keys/api-keys.table.ts';
import type { Scope } from '../context.ts';
import { role } from '../roles/roles.table.ts';
import { running } from './assignments.queries.ts';
import { roleAssignment, type RoleAssignmentRow, type SubjectKind } from './assignments.table.ts';

/** Who holds roles directly. */
export interface RoleSubject {
  kind: SubjectKind;
  id: string;
}

const ofSubject = (tenantId: string, { kind, id }: RoleSubject) =>
  and(
    eq(roleAssignment.tenantId, tenantId),
    eq(roleAssignment.subjectKind, kind),
    eq(roleAssignment.subjectId, id),
  );

/** What a subject holds directly now. */
export const assignmentsOfSubject = (
  { db, tenantId }: Scope,
  subject: RoleSubject,
): Promise<RoleAssignmentRow[]> =>
  db
    .select()
    .from(roleAssignment)
    .where(and(ofSubject(tenantId, subject), running))
    .orderBy(asc(roleAssignment.createdAt), asc(roleAssignment.role));

/** Takes away every role but these, and those that have ended. */
export async function unassignSubject(
  { db, tenantId }: Scope,
  subject: RoleSubject,
  besides: readonly string[] = [],
): Promise<void> {
  const kept = sql`(${roleAssignment.role} = any(${sql.param([...besides])}::text[]) and ${running})`;
  await db.delete(roleAssignment).where(and(ofSubject(tenantId, subject), sql`not ${kept}`));
}

/** What groups hold now, by group, with the names of the roles. */
export async function assignmentsOfGroups({ db, tenantId }: Scope, groupIds: readonly string[]) {
  const rows = await db
    .select({
      assignment: roleAssignment,
      name: sql<string>`coalesce(${role.name}, ${roleAssignment.role})`,
    })
    .from(roleAssignment)
    .leftJoin(role, and(eq(role.tenantId, tenantId), sql`${role.id}::text = ${roleAssignment.role}`))
    .where(
      and(
        eq(roleAssignment.tenantId, tenantId),
        eq(roleAssignment.subjectKind, 'group'),
        sql`${roleAssignment.subjectId} = any(${sql.param([...groupIds])}::text[])`,
        running,
      ),
    )
    .orderBy(asc(roleAssignment.createdAt), asc(roleAssignment.role));
  return Map.groupBy(rows, ({ assignment }) => assignment.subjectId);
}

/** A key that can still hold something. */
export async function hasApiKey({ db, tenantId }: Scope, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: apiKey.id })
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.id, id), isNull(apiKey.revokedAt)));
  return rows.length > 0;
}
