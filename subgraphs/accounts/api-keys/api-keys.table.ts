import {
  boolean,
  foreignKey,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
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
    /** Networks it may be used from, in CIDR form; empty is everywhere. */
    addresses: text().array().notNull().default([]),
    /** Requests a second. */
    rateLimit: integer('rate_limit').notNull().default(60),
    /** The key it took the place of, which goes on until it expires. */
    replaces: text(),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    /** To the minute. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    lastUsedAddress: text('last_used_address'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.owner], foreignColumns: [member.tenantId, member.id] }),
  ],
);

export type ApiKeyRow = typeof apiKey.$inferSelect;
