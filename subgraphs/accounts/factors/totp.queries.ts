import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { totpFactor } from './totp.table.ts';

type Db = Scope['db'];

export interface TotpFactor {
  seed: string;
  lastStep: number;
}

/** Asked before anybody is signed in, so by person and through a function of the owner. */
export async function findTotpFactor(db: Db, personId: string): Promise<TotpFactor | undefined> {
  const [row] = await db.execute<{ seed: string; lastStep: string }>(sql`
    select seed, last_step as "lastStep" from find_totp_factor(${personId}::uuid)`);
  return row === undefined ? undefined : { seed: row.seed, lastStep: Number(row.lastStep) };
}

/** True for exactly one of any number of calls with the same step. */
export async function advanceTotpStep(db: Db, personId: string, step: number): Promise<boolean> {
  const [row] = await db.execute<{ advanced: boolean }>(sql`
    select advance_totp_step(${personId}::uuid, ${step}::bigint) as advanced`);
  return row?.advanced === true;
}

/** As the worker role; replaces the person's seed. */
export async function saveTotpFactor({ db }: Scope, personId: string, seed: string): Promise<void> {
  await db
    .insert(totpFactor)
    .values({ personId, seed })
    .onConflictDoUpdate({ target: totpFactor.personId, set: { seed, lastStep: 0 } });
}
