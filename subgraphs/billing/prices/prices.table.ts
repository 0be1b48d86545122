import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ChargeModel } from './charge-model.ts';

const columns = () => ({
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
});

/**
 * What something costs for somebody, but for contracts; everybody can read it, and staff alone write it. A price is never changed: it is
 * ended, and another takes its place. Two prices of one thing for one subject never hold at once: the migration has the exclusion
 * constraints `price_alone` and `contract_price_alone`.
 */
export const price = pgTable('price', { id: uuid().primaryKey(), ...columns() }, (t) => [
  index('price_of_subject').on(t.subject, t.item),
  check('price_of_no_contract', sql`subject not like 'contract:%'`),
]);

export type PriceRow = typeof price.$inferSelect;

/** The same for a tenant's own contract. */
export const contractPrice = pgTable(
  'contract_price',
  { tenantId: uuid('tenant_id').notNull(), id: uuid().notNull(), ...columns() },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('contract_price_of_item').on(t.tenantId, t.item),
  ],
);

/** Counts the changes of a tenant's contract, or with the installation's id of all other prices and of plans. */
export const priceBook = pgTable('price_book', {
  tenantId: uuid('tenant_id').primaryKey(),
  revision: bigint({ mode: 'number' }).notNull(),
});
