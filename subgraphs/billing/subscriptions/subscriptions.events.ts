import type { Apply } from '@chorus/db/consumer.ts';
import { subscribeOnce } from './subscriptions.service.ts';

const FREE_SEATS = 5;

/** What billing learns from accounts: a tenant it has not seen starts on the free plan. */
export const accountsEvents: Readonly<Record<string, Apply>> = {
  'tenant.changed': (transaction, { time }) =>
    subscribeOnce(transaction, { plan: 'free', seats: FREE_SEATS, start: new Date(time) }),
};
