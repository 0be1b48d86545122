import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Database } from '@chorus/db/database.ts';
import { newId } from '@chorus/shared/id.ts';
import { SIGNING_ALGORITHM } from '@chorus/shared/keys.ts';
import type { DataKeys } from '../encryption/data-keys.ts';
import {
  insertTokenKey,
  listTokenKeys,
  lockTokenKeys,
  revokeTokenKeys,
  type TokenKey,
} from './token-keys.queries.ts';

const ROTATE_AFTER_S = 30 * 24 * 3600;
/** So long every process and gateway has known a key when it begins to sign. */
export const ANNOUNCED_S = 60;

/** Where keys are kept: the accounts database as its worker role. */
export interface KeyStore {
  database: Database;
  dataKeys: DataKeys;
  /** Whether keys that cannot be opened are replaced, as where the master key is a demo's. */
  expendable?: boolean;
}

export const aboutTokenKey = (kid: string) => ({ purpose: 'token-key', owner: kid }) as const;

/** The keys as they are now, after making the first one, or the next when the newest is a month old. */
export async function currentTokenKeys(store: KeyStore): Promise<TokenKey[]> {
  const keys = await listTokenKeys(store.database.statements(null));
  const [newest] = keys;
  if (newest !== undefined && newest.signsForS < ROTATE_AFTER_S) return keys;
  return store.database.transaction(null, async (db) => {
    await lockTokenKeys(db);
    const [latest] = await listTokenKeys(db);
    if (latest === undefined) await addTokenKey(store, db, 0);
    else if (latest.signsForS >= ROTATE_AFTER_S) await addTokenKey(store, db, ANNOUNCED_S);
    return listTokenKeys(db);
  });
}

/** Announces the next key whatever the age of the newest, which signs until then. */
export const rotateTokenKeys = (store: KeyStore): Promise<void> =>
  store.database.transaction(null, async (db) => {
    await lockTokenKeys(db);
    await addTokenKey(store, db, ANNOUNCED_S);
  });

/** When a key may have leaked: a new one signs at once, and everybody refreshes within moments. */
export const replaceTokenKeys = (store: KeyStore): Promise<void> =>
  store.database.transaction(null, async (db) => {
    await lockTokenKeys(db);
    const leaked = await listTokenKeys(db);
    await revokeTokenKeys(
      db,
      leaked.map(({ kid }) => kid),
    );
    await addTokenKey(store, db, 0);
  });

async function addTokenKey(
  { dataKeys }: KeyStore,
  db: Parameters<typeof insertTokenKey>[0],
  inS: number,
): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, {
    crv: 'Ed25519',
    extractable: true,
  });
  const kid = newId();
  const named = { kid, alg: SIGNING_ALGORITHM, use: 'sig' };
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), ...named };
  const secret = JSON.stringify({ ...(await exportJWK(privateKey)), ...named });
  await insertTokenKey(db, {
    kid,
    publicJwk,
    sealed: await dataKeys.seal(db, aboutTokenKey(kid), secret),
    inS,
  });
}
