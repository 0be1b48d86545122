import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { DEMO_TENANTS, demoId, type DemoTenant } from '@chorus/shared/demo.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { lockBook, turnPage } from './prices/price-book.queries.ts';
import { PRICE_BOOK_CHANGED } from './prices/price-book.records.ts';
import { insertPrice, overlapping } from './prices/prices.queries.ts';
import { updateSubscription } from './subscriptions/subscriptions.queries.ts';
import { subscribeOnce } from './subscriptions/subscriptions.service.ts';

const SEATS: Record<DemoTenant['plan'], number> = { free: 5, starter: 10, business: 50 };

const ACME = demoId('tenant acme');

/** What acme negotiated, and what holds for customers of the group that all demo tenants are in, and for light seats. */
const PRICES = [
  { tenantId: ACME, subject: `contract:${ACME}`, item: 'plan:business', unit: '399' },
  { tenantId: ACME, subject: `contract:${ACME}`, item: 'meter:mentions', unit: '0.0008' },
  { tenantId: PLATFORM_TENANT, subject: 'group:standard', item: 'add_on:busiest_day', unit: '7.50' },
  { tenantId: PLATFORM_TENANT, subject: 'seat:light', item: 'seat', unit: '4.50' },
] as const;

/** Subscribes the demo tenants and sets their prices; `database` is reached as the worker role. Doing it again changes nothing. */
export async function seedBilling(database: Database): Promise<void> {
  const now = new Date();
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  for (const { id, slug, plan } of DEMO_TENANTS) {
    await transactionOf(database, id, (transaction) =>
      subscribeOnce(transaction, { id: demoId(`subscription ${slug}`), plan, seats: SEATS[plan], start }),
    );
  }
  for (const price of PRICES) await seedPrice(database, price, start);
}

function seedPrice(
  database: Database,
  { tenantId, subject, item, unit }: (typeof PRICES)[number],
  validFrom: Date,
): Promise<void> {
  const wanted = { subject, item, currency: 'EUR', unitsFrom: 0n, unitsTo: null, validFrom, validTo: null };
  return transactionOf(database, tenantId, async (transaction) => {
    await lockBook(transaction);
    if ((await overlapping(transaction, wanted)).length > 0) return;
    const model = { kind: 'STANDARD', unit } as const;
    const id = demoId(`price ${subject} ${item}`);
    await insertPrice(transaction, { ...wanted, id, model, reason: 'demo', createdBy: 'demo' });
    await turnPage(transaction);
    if (tenantId === PLATFORM_TENANT) return transaction.emit(PRICE_BOOK_CHANGED, {});
    await updateSubscription(transaction, {});
    return transaction.emit('tenant.changed', {});
  });
}
