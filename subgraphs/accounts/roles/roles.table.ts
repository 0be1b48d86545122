import { sql } from 'drizzle-orm';
import { jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Grant } from '@chorus/shared/grants.ts';

/** A role the tenant made for itself; the locked roles stand in `shared/permissions.ts`. */
export const role = pgTable(
  'role',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    name: text().notNull(),
    description: text().notNull().default(''),
    /** Read by `parseGrant` before it is saved and after it is loaded. */
    grants: jsonb().$type<Grant[]>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('role_name_once').on(t.tenantId, sql`lower(${t.name})`),
  ],
);

/** What the locked roles have as well. */
export type RoleRow = Pick<typeof role.$inferSelect, 'id' | 'name' | 'description' | 'grants'>;
