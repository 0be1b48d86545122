import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { person } from '../people/people.table.ts';

/** The one open way to a new password of a person; asking again replaces it. */
export const passwordReset = pgTable('password_reset', {
  personId: uuid('person_id')
    .primaryKey()
    .references(() => person.id),
  id: uuid().notNull().unique(),
  /** SHA-256 of the token's secret, which itself is mailed and kept nowhere. */
  tokenHash: text('token_hash').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
