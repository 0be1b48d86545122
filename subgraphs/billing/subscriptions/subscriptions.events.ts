import type { Apply } from '@chorus/db/consumer.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { subscribeOnce } from './subscriptions.service.ts';

const FREE_SEATS = 5;

/** What billing learns from accounts: a tenant it has not seen starts on the free plan, but for the platform itself. */
export const accountsEvents: Readonly<Record<string, Apply>> = {
  'tenant.changed': async (transaction, { tenantId, time }) => {
    if (tenantId === PLATFORM_TENANT) return;
    await subscribeOnce(transaction, { plan: 'free', seats: FREE_SEATS, start: new Date(time) });
  },
};
