import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { JWK } from 'jose';

/** Key pairs of access tokens; published before they sign, and until the last token they signed has ended. */
export const tokenKey = pgTable('token_key', {
  kid: text().primaryKey(),
  /** The private JWK, sealed with a data key. */
  sealed: text().notNull(),
  publicJwk: jsonb('public_jwk').$type<JWK>().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  signsFrom: timestamp('signs_from', { withTimezone: true }).notNull(),
  /** Set when another key takes over: from then on it only verifies. */
  retiredAt: timestamp('retired_at', { withTimezone: true }),
});
