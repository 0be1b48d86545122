import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** How often something was tried of late. Requests reach it through the functions of `db/accounts/grants` only. */
export const attempt = pgTable(
  'attempt',
  {
    kind: text().notNull(),
    /** An HMAC, so that no e-mail and no network address stands here. */
    key: text().notNull(),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    count: integer().notNull(),
    /** The next attempt is refused before this time. */
    opensAt: timestamp('opens_at', { withTimezone: true }).notNull(),
    /** From then on the row means nothing, and is swept by later attempts. */
    endsAt: timestamp('ends_at', { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.key] }), index('attempt_ended').on(t.endsAt)],
);
