import { foreignKey, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import type { Identity } from '@chorus/shared/identity.ts';
import { member } from '../members/members.table.ts';

/** A signed-in member on one device. The refresh token itself is not stored: it is made from family and counter. */
export const session = pgTable(
  'session',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    memberId: uuid('member_id').notNull(),
    personId: uuid('person_id').notNull(),
    /** Random; worth nothing without the master key. */
    family: text().notNull(),
    /** The number of the newest refresh token. */
    counter: integer().notNull().default(0),
    rotatedAt: timestamp('rotated_at', { withTimezone: true }).notNull().defaultNow(),
    /** Where it began, as the client told. */
    clientAddress: text('client_address'),
    userAgent: text('user_agent'),
    amr: text().array().notNull(),
    authTime: timestamp('auth_time', { withTimezone: true }).notNull(),
    mfaAt: timestamp('mfa_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    endedAt: timestamp('ended_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.memberId], foreignColumns: [member.tenantId, member.id] }),
    index('session_by_id').on(t.id),
    index('session_by_person').on(t.personId),
    index('session_by_member').on(t.tenantId, t.memberId, t.authTime),
    index('session_ended')
      .on(t.tenantId, t.endedAt)
      .where(sql`${t.endedAt} is not null`),
  ],
);

/** A session that was just opened or goes on, as its tokens. */
export interface SessionRow {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: Date;
  /** As whom its viewer is answered: the request itself is nobody's yet, or less sure of its caller. */
  holder: Identity;
}

export type SessionInfoRow = typeof session.$inferSelect;
