import { sql } from 'drizzle-orm';
import type { Scope } from '@chorus/db/database.ts';

type Db = Scope['db'];

export interface WrappedKey {
  id: string;
  wrapped: string;
}

/** Newest first. */
export const listDataKeys = async (db: Db): Promise<WrappedKey[]> => [
  ...(await db.execute<WrappedKey & Record<string, unknown>>(sql`
    select id, wrapped from data_key where id not like 'hmac-%' order by created_at desc, id desc limit 100`)),
];

/** Oldest first. */
export const listInstallationSecrets = async (db: Db): Promise<WrappedKey[]> => [
  ...(await db.execute<WrappedKey & Record<string, unknown>>(sql`
    select id, wrapped from data_key where id like 'hmac-%' order by created_at, id limit 100`)),
];

/** Nobody changes or removes one that is there. */
export async function insertDataKey(db: Db, { id, wrapped }: WrappedKey): Promise<void> {
  await db.execute(sql`select add_data_key(${id}::text, ${wrapped}::text)`);
}
