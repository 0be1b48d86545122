import { index, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

/** Who can hold a role; a member also holds those of its groups. */
export type SubjectKind = 'member' | 'group' | 'key';
export type AssignmentSource = 'manual' | 'invitation' | 'setup';

/** That somebody holds a role. All changes of a tenant's access happen one after another, so that none misses another. */
export const roleAssignment = pgTable(
  'role_assignment',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    /** The name of a locked role, or the id of the tenant's own; one that does not exist allows nothing. */
    role: text().notNull(),
    subjectKind: text('subject_kind').$type<SubjectKind>().notNull(),
    subjectId: text('subject_id').notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    source: text().$type<AssignmentSource>().notNull(),
    /** The member who assigned it. */
    assignedBy: uuid('assigned_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('role_assignment_once').on(t.tenantId, t.subjectKind, t.subjectId, t.role),
    index('role_assignment_by_role').on(t.tenantId, t.role),
  ],
);

export type RoleAssignmentRow = typeof roleAssignment.$inferSelect;
