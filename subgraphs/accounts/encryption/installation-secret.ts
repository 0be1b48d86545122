import { randomBytes } from 'node:crypto';
import { newId } from '@chorus/shared/id.ts';
import type { Scope } from '@chorus/db/database.ts';
import { insertDataKey, listInstallationSecrets } from './data-keys.queries.ts';
import type { KeyManagement } from './key-management.ts';

type Db = Scope['db'];

/**
 * The secret that everything stored as an HMAC depends on, made by whoever starts first. It is wrapped like the data
 * keys, so that the master key can change while refresh tokens and recovery codes stay good.
 */
export async function installationSecret(db: Db, management: KeyManagement): Promise<Buffer> {
  const existing = await oldest(db, management);
  if (existing !== undefined) return existing;
  const id = `hmac-${newId()}`;
  await insertDataKey(db, { id, wrapped: await management.wrap(randomBytes(32), id) });
  const made = await oldest(db, management);
  if (made === undefined) throw new Error('the installation secret was not kept');
  return made;
}

/** The first that these master keys wrapped; keys are added one after another, so all processes find the same. */
async function oldest(db: Db, management: KeyManagement): Promise<Buffer | undefined> {
  for (const { id, wrapped } of await listInstallationSecrets(db)) {
    const secret = await management.unwrap(wrapped, id);
    if (secret !== undefined) return secret;
  }
  return undefined;
}
