import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { DEMO_TENANTS, demoId, type DemoTenant } from '@chorus/shared/demo.ts';
import { subscribeOnce } from './subscriptions/subscriptions.service.ts';

const SEATS: Record<DemoTenant['plan'], number> = { free: 5, starter: 10, business: 50 };

/** Subscribes the demo tenants; `database` is reached as the worker role. Doing it again changes nothing. */
export async function seedBilling(database: Database): Promise<void> {
  const now = new Date();
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  for (const { id, slug, plan } of DEMO_TENANTS) {
    await transactionOf(database, id, (transaction) =>
      subscribeOnce(transaction, { id: demoId(`subscription ${slug}`), plan, seats: SEATS[plan], start }),
    );
  }
}
