import type { Apply } from '@chorus/db/consumer.ts';
import type { ApiKeyUse } from '@chorus/shared/api-key.ts';
import { markUsed } from './api-keys.queries.ts';

/** What accounts learns from gateways about keys. */
export const apiKeyEvents: Readonly<Record<string, Apply>> = {
  'api-key.used': (transaction, { data }) => markUsed(transaction, data as ApiKeyUse),
};
