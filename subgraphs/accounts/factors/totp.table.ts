import { bigint, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { person } from '../people/people.table.ts';

/** A person's authenticator app; reached through the functions of `db/accounts/grants` only, as people are. */
export const totpFactor = pgTable('totp_factor', {
  personId: uuid('person_id')
    .primaryKey()
    .references(() => person.id),
  /** Sealed with a data key, for this person. */
  seed: text().notNull(),
  /** The last time step whose code was taken; only later ones count. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
});
