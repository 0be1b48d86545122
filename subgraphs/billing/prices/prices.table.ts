import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ChargeModel } from './charge-model.ts';

/**
 * What something costs for somebody. A contract's prices are their tenant's; all others are the installation's, under the id that
 * stands for it, and everybody can read them. A price is never changed: it is ended, and another takes its place. Two prices
 * of one thing for one subject never hold at once: the migration has the exclusion constraint `price_alone`.
 */
export const price = pgTable(
  'price',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    /** `contract:<tenant>`, `group:<customer group>`, `role:<role>`, `seat:<seat type>`, `plan:<key>@<version>` or `default`. */
    subject: text().notNull(),
    /** `plan:<key>`, `seat`, `add_on:<key>` or `meter:<name>`; a month of it, but for meters. */
    item: text().notNull(),
    currency: text().notNull(),
    /** Both ends count; null is without end. */
    unitsFrom: bigint('units_from', { mode: 'bigint' }).notNull(),
    unitsTo: bigint('units_to', { mode: 'bigint' }),
    /** The end does not count; null is without end. Both the same is a price that was taken back before it began. */
    validFrom: timestamp('valid_from', { withTimezone: true }).notNull(),
    validTo: timestamp('valid_to', { withTimezone: true }),
    model: jsonb().$type<ChargeModel>().notNull(),
    reason: text().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    endedBy: text('ended_by'),
    endReason: text('end_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('price_of_subject').on(t.subject, t.item),
    check(
      'price_of_contract',
      sql`(subject = 'contract:' || tenant_id) = (tenant_id <> '00000000-0000-0000-0000-000000000000')`,
    ),
  ],
);

export type PriceRow = typeof price.$inferSelect;

/** Counts the changes of a tenant's contract, or with the installation's id of all other prices and of plans. */
export const priceBook = pgTable('price_book', {
  tenantId: uuid('tenant_id').primaryKey(),
  revision: bigint({ mode: 'number' }).notNull(),
});
