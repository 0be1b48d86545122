import type { Sql } from 'postgres';
import type { KeyManagement } from './key-management.ts';

/**
 * Gives up what a lost master key wrapped, as the owner of the database: the keys, and whatever only they could open,
 * so that people enrol again instead of being locked out. Answers how many keys were lost.
 */
export async function abandonLostKeys(sql: Sql, management: KeyManagement): Promise<number> {
  return sql.begin(async (transaction) => {
    const rows = await transaction<{ id: string; wrapped: string }[]>`
      select id, wrapped from data_key for update`;
    const lost: string[] = [];
    for (const { id, wrapped } of rows)
      if ((await management.unwrap(wrapped, id)) === undefined) lost.push(id);
    const sealed = (text: string) => transaction`split_part(${transaction(text)}, '.', 1) = any(${lost})`;
    await transaction`delete from totp_factor where ${sealed('seed')}`;
    await transaction`delete from totp_enrolment where ${sealed('seed')}`;
    await transaction`delete from token_key where ${sealed('sealed')}`;
    await transaction`delete from mail where ${sealed('sealed')}`;
    if (lost.some((id) => id.startsWith('hmac-'))) await transaction`delete from recovery_code`;
    await transaction`delete from data_key where id = any(${lost})`;
    return lost.length;
  });
}
