import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { JWK } from 'jose';

/** Key pairs of access tokens; each is published before it signs, and until the last token it signed has ended. */
export const tokenKey = pgTable('token_key', {
  kid: text().primaryKey(),
  /** The private JWK, sealed with a data key. */
  sealed: text().notNull(),
  publicJwk: jsonb('public_jwk').$type<JWK>().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  /** From then on it signs, and the ones before only verify. */
  signsFrom: timestamp('signs_from', { withTimezone: true }).notNull(),
  /** Somebody else may know it: nothing it signed counts any more. */
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
});
