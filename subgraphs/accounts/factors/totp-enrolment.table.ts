import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { person } from '../people/people.table.ts';

/** A seed that was shown but not yet confirmed by a code; the factor in use stays in use meanwhile. */
export const totpEnrolment = pgTable('totp_enrolment', {
  personId: uuid('person_id')
    .primaryKey()
    .references(() => person.id),
  /** Sealed as the factor's own. */
  seed: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
