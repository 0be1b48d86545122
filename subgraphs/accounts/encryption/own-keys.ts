import { ConfigError } from '@chorus/shared/config.ts';
import type { Scope } from '@chorus/db/database.ts';
import { listDataKeys, listInstallationSecrets } from './data-keys.queries.ts';
import type { KeyManagement } from './key-management.ts';

/**
 * Refuses to begin anew beside keys that somebody else's master key wrapped: what they encrypt would seem lost, and
 * would be, once new things are kept under new keys.
 * @throws ConfigError
 */
export async function requireOwnKeys(db: Scope['db'], management: KeyManagement): Promise<void> {
  const wrapped = [...(await listDataKeys(db)), ...(await listInstallationSecrets(db))];
  for (const { id, wrapped: key } of wrapped) if ((await management.unwrap(key, id)) !== undefined) return;
  if (wrapped.length > 0)
    throw new ConfigError(
      'CHORUS_MASTER_KEY, or master.key in the folder of keys, is not what this accounts database was encrypted with: restore it, or give it up with npm run keys -- abandon.',
    );
}
