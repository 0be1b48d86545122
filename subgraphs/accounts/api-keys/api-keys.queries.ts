import type { Scope } from '../context.ts';
import { apiKey } from './api-keys.table.ts';

export type NewApiKey = Pick<
  typeof apiKey.$inferInsert,
  'id' | 'name' | 'hmac' | 'owner' | 'scopes' | 'demo'
>;

/** A key of that id keeps its name and owner and takes the new secret and scopes. */
export async function saveApiKey({ db, tenantId }: Scope, key: NewApiKey): Promise<void> {
  await db
    .insert(apiKey)
    .values({ ...key, tenantId })
    .onConflictDoUpdate({
      target: [apiKey.tenantId, apiKey.id],
      set: { hmac: key.hmac, scopes: key.scopes },
    });
}
