import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

/** Somebody who signs in; belongs to no tenant, so requests reach it through the functions of `db/accounts/grants` only. */
export const person = pgTable(
  'person',
  {
    id: uuid().primaryKey(),
    /** Lower case. */
    email: text().notNull(),
    name: text().notNull(),
    /** A PHC string, which names its own algorithm and cost. */
    passwordHash: text('password_hash').notNull(),
    /** Staff of the platform and people of tenants are different people, even with one address. */
    staff: boolean().notNull().default(false),
    /** Refused in production. */
    demo: boolean().notNull().default(false),
  },
  (t) => [
    unique('person_email').on(t.email, t.staff),
    check('person_email_lower', sql`${t.email} = lower(${t.email})`),
  ],
);
