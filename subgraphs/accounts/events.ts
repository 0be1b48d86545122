import type { ConsumerOptions } from '@chorus/db/consumer.ts';
import { apiKeyEvents } from './api-keys/api-keys.events.ts';

/** What accounts learns from others, by who tells it. */
export const events: ConsumerOptions['sources'] = {
  gateway: { ...apiKeyEvents },
};
