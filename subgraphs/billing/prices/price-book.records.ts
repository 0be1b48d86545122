import type { Database } from '@chorus/db/database.ts';
import { GLOBAL, type EventBus, type NewEvent } from '@chorus/shared/event-bus.ts';
import { priceBookRecord } from './price-book.queries.ts';

/** The event that says that prices or plans of many tenants changed. */
export const PRICE_BOOK_CHANGED = 'price-book.changed';

/** Writes what the gateways know of the price book, before the event that says it changed goes out: one record for all tenants. */
export async function writePriceBookRecord(
  database: Database,
  bus: EventBus,
  { type }: Pick<NewEvent, 'type'>,
): Promise<void> {
  if (type !== PRICE_BOOK_CHANGED) return;
  const body = await priceBookRecord({ db: database.statements(GLOBAL) });
  if (body === undefined) return;
  await bus.putRecord({ kind: 'price-book', tenantId: GLOBAL, version: body.revision, body });
}
