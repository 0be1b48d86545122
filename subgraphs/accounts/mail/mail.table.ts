import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Mails on their way; requests queue them through a function of `db/accounts/grants`, in the transaction of their cause. */
export const mail = pgTable(
  'mail',
  {
    id: uuid().primaryKey(),
    /** Address, subject and text, sealed with a data key: links in mails are credentials. */
    sealed: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    attempts: integer().notNull().default(0),
    nextAt: timestamp('next_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('mail_due').on(t.nextAt)],
);
