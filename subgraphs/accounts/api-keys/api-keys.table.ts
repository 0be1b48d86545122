import { boolean, foreignKey, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Permission } from '@chorus/shared/permissions.ts';
import { member } from '../members/members.table.ts';

/** A key for programs; what it may do never exceeds what its owner may. */
export const apiKey = pgTable(
  'api_key',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** Of the secret, which itself is shown once and kept nowhere. */
    hmac: text().notNull(),
    owner: uuid().notNull(),
    scopes: text().array().$type<Permission[]>().notNull(),
    /** Refused in production. */
    demo: boolean().notNull().default(false),
    active: boolean().notNull().default(true),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.owner], foreignColumns: [member.tenantId, member.id] }),
  ],
);
