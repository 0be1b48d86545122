import type { ConsumerOptions } from '@chorus/db/consumer.ts';
import { apiKeyEvents } from './api-keys/api-keys.events.ts';
import { flagEvents } from './flags/flags.events.ts';
import { denialEvents, gatewayEvents, toldEvents } from './audit/audit.events.ts';

/** What accounts learns from each of the others. */
export const sources: ConsumerOptions['sources'] = {
  billing: { ...denialEvents, ...toldEvents },
  gateway: { ...apiKeyEvents, ...flagEvents, ...gatewayEvents },
  mentions: { ...denialEvents },
  reporting: { ...denialEvents },
};
