import { randomBytes } from 'node:crypto';
import { newId } from '@chorus/shared/id.ts';
import type { Scope } from '@chorus/db/database.ts';
import { open, seal } from './aes-gcm.ts';
import { insertDataKey, listDataKeys } from './data-keys.queries.ts';
import type { KeyManagement } from './key-management.ts';

type Db = Scope['db'];

/** What is sealed and whose it is: it opens for the same only. */
export interface About {
  purpose: 'totp-seed' | 'mail' | 'token-key';
  owner: string;
}

/** Encrypts what the database keeps, each text under the newest data key and marked with its id. */
export interface DataKeys {
  /** Makes the first key where there is none; later it could be lost with a transaction that is rolled back. */
  ready(db: Db): Promise<void>;
  seal(db: Db, about: About, text: string): Promise<string>;
  /** @throws when it was changed, is about something else, or its key is unknown */
  open(db: Db, about: About, sealed: string): Promise<string>;
  /** From now on texts are sealed with a new key; the older ones still open what they sealed. */
  rotate(db: Db): Promise<void>;
}

/** How long another process may go on sealing with the key before a rotation. */
const FRESH_MS = 60_000;

const aad = ({ purpose, owner }: About, keyId: string) => JSON.stringify([purpose, owner, keyId]);

/** Data keys live in the database, wrapped; unwrapped they are in memory only. */
export function dataKeys(management: KeyManagement): DataKeys {
  const known = new Map<string, Buffer>();
  let current: { id: string; key: Buffer; readAt: number } | undefined;

  const load = async (db: Db) => {
    const found: { id: string; key: Buffer }[] = [];
    for (const { id, wrapped } of await listDataKeys(db)) {
      const key = known.get(id) ?? (await management.unwrap(wrapped, id));
      if (key === undefined) continue;
      known.set(id, key);
      found.push({ id, key });
    }
    return found[0];
  };
  const make = async (db: Db) => {
    const [id, key] = [newId(), randomBytes(32)];
    await insertDataKey(db, { id, wrapped: await management.wrap(key, id) });
    known.set(id, key);
    return { id, key };
  };
  const newest = async (db: Db) => {
    if (current !== undefined && Date.now() - current.readAt < FRESH_MS) return current;
    current = { ...((await load(db)) ?? (await make(db))), readAt: Date.now() };
    return current;
  };
  return {
    ready: async (db) => {
      await newest(db);
    },
    seal: async (db, about, text) => {
      const { id, key } = await newest(db);
      return `${id}.${seal(key, Buffer.from(text), aad(about, id))}`;
    },
    open: async (db, about, sealed) => {
      const end = sealed.indexOf('.');
      const id = sealed.slice(0, end);
      if (!known.has(id)) await load(db);
      const key = known.get(id);
      if (key === undefined) throw new Error('a sealed text names an unknown key');
      return open(key, sealed.slice(end + 1), aad(about, id)).toString('utf8');
    },
    rotate: async (db) => {
      current = { ...(await make(db)), readAt: Date.now() };
    },
  };
}
