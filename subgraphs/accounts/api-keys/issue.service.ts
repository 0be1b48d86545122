import type { Transaction } from '@chorus/db/context.ts';
import { apiKeyHmac, makeApiKey } from '@chorus/shared/api-key.ts';
import { saveApiKey, type NewApiKey } from './api-keys.queries.ts';
import type { ApiKeyRow } from './api-keys.table.ts';

/** A key, which nobody can see again, and what is kept of it. */
export interface IssuedKey {
  key: string;
  apiKey: ApiKeyRow;
}

/** Makes a key; its record is written by whoever ends the change. */
export async function issueApiKey(
  transaction: Transaction,
  wanted: Omit<NewApiKey, 'id' | 'hmac'>,
  pepper: Buffer,
  { id, secret, key } = makeApiKey(),
): Promise<IssuedKey> {
  const apiKey = await saveApiKey(transaction, { ...wanted, id, hmac: apiKeyHmac(secret, pepper) });
  return { key, apiKey };
}
