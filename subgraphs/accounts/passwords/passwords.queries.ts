import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { TokenKey } from '../mail/mail-token.ts';

type Db = Scope['db'];

/** False when the old password is not the person's any more. */
export async function changePasswordHash(
  db: Db,
  personId: string,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const [row] = await db.execute<{ changed: boolean }>(sql`
    select change_password(${personId}::uuid, ${from}::text, ${to}::text) as changed`);
  return row?.changed === true;
}

/** Replaces what was asked before; null is nobody, and costs the same. */
export async function openPasswordReset(
  db: Db,
  personId: string | null,
  { id, tokenHash }: TokenKey,
  lifetimeS: number,
): Promise<void> {
  await db.execute(sql`
    select open_password_reset(${personId}::uuid, ${id}::uuid, ${tokenHash}::text, ${lifetimeS}::int)`);
}

/** Whose password the token can replace. */
export async function findPasswordReset(db: Db, { id, tokenHash }: TokenKey): Promise<string | undefined> {
  const [row] = await db.execute<{ person: string | null }>(sql`
    select find_password_reset(${id}::uuid, ${tokenHash}::text) as person`);
  return row?.person ?? undefined;
}

/** Whose password was replaced; undefined for all but one of any number of calls with the same token. */
export async function spendPasswordReset(
  db: Db,
  { id, tokenHash }: TokenKey,
  passwordHash: string,
): Promise<string | undefined> {
  const [row] = await db.execute<{ person: string | null }>(sql`
    select spend_password_reset(${id}::uuid, ${tokenHash}::text, ${passwordHash}::text) as person`);
  return row?.person ?? undefined;
}
