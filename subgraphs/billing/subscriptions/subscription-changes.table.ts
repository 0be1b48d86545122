import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A line of a change as it is kept: what is credited is negative; minor units, as text. */
export interface SettledLine {
  item: string;
  quantity: string;
  amount: string;
  priceId: string;
  from: string;
  to: string;
}

/** What each change of a subscription is charged and credited, for the invoice of its period; never changed. */
export const subscriptionChange = pgTable(
  'subscription_change',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    subscriptionId: uuid('subscription_id').notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    currency: text().notNull(),
    lines: jsonb().$type<SettledLine[]>().notNull(),
    total: bigint({ mode: 'bigint' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('subscription_change_at').on(t.tenantId, t.subscriptionId, t.at),
  ],
);
