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

/** Instead of the one the person began before. */
export async function beginTotpEnrolment(db: Db, personId: string, seed: string): Promise<void> {
  await db.execute(sql`select begin_totp_enrolment(${personId}::uuid, ${seed}::text)`);
}

/** The sealed seed that was shown and not confirmed yet. */
export async function findTotpEnrolment(
  db: Db,
  personId: string,
  lifetimeS: number,
): Promise<string | undefined> {
  const [row] = await db.execute<{ seed: string | null }>(sql`
    select find_totp_enrolment(${personId}::uuid, ${lifetimeS}::int) as seed`);
  return row?.seed ?? undefined;
}

/** True for exactly one of any number of calls with the same seed; a factor in use gives way only if it `replaces`. */
export async function confirmTotpEnrolment(
  { db }: Scope,
  personId: string,
  { seed, step, replaces }: { seed: string; step: number; replaces: boolean },
): Promise<boolean> {
  const [row] = await db.execute<{ confirmed: boolean }>(sql`
    select confirm_totp_enrolment(${personId}::uuid, ${seed}::text, ${step}::bigint, ${replaces}::boolean)
      as confirmed`);
  return row?.confirmed === true;
}

/** As the worker role; replaces the person's seed. */
export async function saveTotpFactor({ db }: Scope, personId: string, seed: string): Promise<void> {
  await db
    .insert(totpFactor)
    .values({ personId, seed })
    .onConflictDoUpdate({ target: totpFactor.personId, set: { seed, lastStep: 0 } });
}
