import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { person } from '../people/people.table.ts';

/** Codes for the day the phone is lost, each good once; 120 random bits need no slow hash. */
export const recoveryCode = pgTable(
  'recovery_code',
  {
    personId: uuid('person_id')
      .notNull()
      .references(() => person.id),
    /** Under a key outside the database. */
    hmac: text().notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.personId, t.hmac] })],
);
