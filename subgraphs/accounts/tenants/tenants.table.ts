import { bigint, boolean, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';

/** A customer organisation; its id is the tenant id, so row-level security shows each tenant its own row only. */
export const tenant = pgTable(
  'tenant',
  {
    id: uuid('tenant_id').primaryKey(),
    slug: text().notNull(),
    name: text().notNull(),
    /** Which group of customers the platform counts it to; prices can depend on it. */
    customerGroup: text('customer_group').notNull().default('standard'),
    active: boolean().notNull().default(true),
    /** Goes up with every change the accounts record tells of. */
    version: bigint({ mode: 'number' }).notNull().default(0),
  },
  (t) => [unique('tenant_slug').on(t.slug)],
);

export type TenantRow = typeof tenant.$inferSelect;
