import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';

/** Kills those before; false, and nothing kept, for somebody without a factor. */
export async function replaceRecoveryCodes(
  { db }: Scope,
  personId: string,
  hmacs: readonly string[],
): Promise<boolean> {
  const [row] = await db.execute<{ replaced: boolean }>(sql`
    select replace_recovery_codes(${personId}::uuid, ${sql.param([...hmacs])}::text[]) as replaced`);
  return row?.replaced === true;
}

/** True for exactly one of any number of calls with the same code. */
export async function useRecoveryCode(db: Scope['db'], personId: string, hmac: string): Promise<boolean> {
  const [row] = await db.execute<{ used: boolean }>(sql`
    select use_recovery_code(${personId}::uuid, ${hmac}::text) as used`);
  return row?.used === true;
}
