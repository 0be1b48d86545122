import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { member } from '../members/members.table.ts';

/** Members who hold roles together. */
export const group = pgTable(
  'member_group',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    name: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('member_group_name_once').on(t.tenantId, sql`lower(${t.name})`),
  ],
);

export const groupMember = pgTable(
  'group_member',
  {
    tenantId: uuid('tenant_id').notNull(),
    groupId: uuid('group_id').notNull(),
    memberId: uuid('member_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.groupId, t.memberId] }),
    foreignKey({ columns: [t.tenantId, t.groupId], foreignColumns: [group.tenantId, group.id] }).onDelete(
      'cascade',
    ),
    foreignKey({ columns: [t.tenantId, t.memberId], foreignColumns: [member.tenantId, member.id] }),
    index('group_member_by_member').on(t.tenantId, t.memberId),
  ],
);

export type GroupRow = typeof group.$inferSelect;
