import { and, desc, inArray, isNull, sql } from 'drizzle-orm';
import type { JWK } from 'jose';
import type { Scope } from '@chorus/db/database.ts';
import { tokenKey } from './token-keys.table.ts';

type Db = Scope['db'];

export interface TokenKey {
  kid: string;
  sealed: string;
  publicJwk: JWK;
  /** Seconds since it began to sign; negative before. */
  signsForS: number;
}

/** Those that were not revoked, the newest first; ages by the database's clock. */
export const listTokenKeys = (db: Db): Promise<TokenKey[]> =>
  db
    .select({
      kid: tokenKey.kid,
      sealed: tokenKey.sealed,
      publicJwk: tokenKey.publicJwk,
      signsForS: sql<number>`extract(epoch from clock_timestamp() - ${tokenKey.signsFrom})`.mapWith(Number),
    })
    .from(tokenKey)
    .where(isNull(tokenKey.revokedAt))
    .orderBy(desc(tokenKey.signsFrom), desc(tokenKey.kid));

/** Held until the transaction ends, so that of several processes one makes the next key. */
export async function lockTokenKeys(db: Db): Promise<void> {
  await db.execute(sql`lock table ${tokenKey} in share row exclusive mode`);
}

export async function insertTokenKey(
  db: Db,
  { inS, ...key }: Omit<TokenKey, 'signsForS'> & { inS: number },
): Promise<void> {
  await db
    .insert(tokenKey)
    .values({ ...key, signsFrom: sql`clock_timestamp() + make_interval(secs => ${inS}::float8)` });
}

export async function revokeTokenKeys(db: Db, kids: readonly string[]): Promise<void> {
  await db
    .update(tokenKey)
    .set({ revokedAt: sql`now()` })
    .where(and(inArray(tokenKey.kid, [...kids]), isNull(tokenKey.revokedAt)));
}
