import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';

type Db = Scope['db'];

/** What a person can prove themselves with besides a password. */
export interface Factors {
  totp: boolean;
  recoveryCodesLeft: number;
}

export async function findFactors(db: Db, personId: string): Promise<Factors> {
  const [row] = await db.execute<{ totp: boolean; recoveryCodesLeft: number }>(sql`
    select totp, recovery_codes as "recoveryCodesLeft" from find_factors(${personId}::uuid)`);
  return row ?? { totp: false, recoveryCodesLeft: 0 };
}

/** With recovery codes and what was begun; false when there was none. */
export async function removeFactors({ db }: Scope, personId: string): Promise<boolean> {
  const [row] = await db.execute<{ removed: boolean }>(sql`
    select remove_factors(${personId}::uuid) as removed`);
  return row?.removed === true;
}

/** Whether the person has a place in another tenant, used or not. */
export async function belongsElsewhere({ db, tenantId }: Scope, personId: string): Promise<boolean> {
  const [row] = await db.execute<{ elsewhere: boolean }>(sql`
    select belongs_elsewhere(${personId}::uuid, ${tenantId}::uuid) as elsewhere`);
  return row?.elsewhere === true;
}
