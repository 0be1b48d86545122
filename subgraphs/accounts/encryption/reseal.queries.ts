import { sql } from 'drizzle-orm';
import type { Scope } from '@chorus/db/database.ts';

type Db = Scope['db'];

/** Something a data key keeps closed, and the table it is in. */
export interface SealedText {
  kind: 'totp_factor' | 'token_key';
  owner: string;
  sealed: string;
}

/** Mails and enrolments are not among them: they are gone within minutes. */
export const sealedTexts = async (db: Db): Promise<SealedText[]> => [
  ...(await db.execute<SealedText & Record<string, unknown>>(sql`
    select 'totp_factor' as kind, person_id::text as owner, seed as sealed from totp_factor
    union all select 'token_key', kid, sealed from token_key`)),
];

/** Only what is still as it was read: a seed that was enrolled anew meanwhile is sealed with the new key already. */
export async function replaceSealed(db: Db, { kind, owner, sealed }: SealedText, by: string): Promise<void> {
  await db.execute(
    kind === 'totp_factor'
      ? sql`update totp_factor set seed = ${by} where person_id = ${owner}::uuid and seed = ${sealed}`
      : sql`update token_key set sealed = ${by} where kid = ${owner} and sealed = ${sealed}`,
  );
}
