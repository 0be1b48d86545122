import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** An invitation to join a tenant under one e-mail address; good for one acceptance. */
export const invitation = pgTable(
  'invitation',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    /** Lower case. */
    email: text().notNull(),
    /** Names of locked roles and ids of the tenant's own. */
    roles: text().array().notNull(),
    /** SHA-256 of the newest token's secret, which itself is mailed and kept nowhere. */
    tokenHash: text('token_hash').notNull(),
    /** The member who invited; null for an owner invited by staff. */
    invitedBy: uuid('invited_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    acceptedAt: timestamp('accepted_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('invitation_by_id').on(t.id),
    index('invitation_by_email').on(t.tenantId, t.email),
  ],
);

export type InvitationRow = typeof invitation.$inferSelect;
