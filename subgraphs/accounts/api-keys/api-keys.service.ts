import type { Transaction } from '@chorus/db/context.ts';
import { apiKeyHmac, makeApiKey, type ApiKeyParts } from '@chorus/shared/api-key.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import { tenantChanged } from '../tenants/tenants.service.ts';
import { saveApiKey } from './api-keys.queries.ts';

export interface ApiKeyRequest {
  name: string;
  /** The member whose rights bound the key's. */
  owner: string;
  scopes: Permission[];
  demo?: boolean;
}

/** Answers the key, which nobody can see again. */
export async function createApiKey(
  transaction: Transaction,
  { name, owner, scopes, demo = false }: ApiKeyRequest,
  pepper: Buffer,
  made: ApiKeyParts & { key: string } = makeApiKey(),
): Promise<string> {
  await saveApiKey(transaction, {
    id: made.id,
    name,
    owner,
    scopes,
    demo,
    hmac: apiKeyHmac(made.secret, pepper),
  });
  await tenantChanged(transaction, { apiKeys: [made.id] });
  return made.key;
}
