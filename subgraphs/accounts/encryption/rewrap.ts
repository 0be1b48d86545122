import type { Sql } from 'postgres';
import type { KeyManagement } from './key-management.ts';

/**
 * Wraps every key anew under the master key that wraps now; as the owner of the database, since nobody else changes
 * keys. Answers how many there were; those another installation's master key wrapped stay as they are.
 */
export async function rewrapKeys(sql: Sql, management: KeyManagement): Promise<number> {
  return sql.begin(async (transaction) => {
    const rows = await transaction<{ id: string; wrapped: string }[]>`
      select id, wrapped from data_key for update`;
    let done = 0;
    for (const { id, wrapped } of rows) {
      const key = await management.unwrap(wrapped, id);
      if (key === undefined) continue;
      await transaction`update data_key set wrapped = ${await management.wrap(key, id)} where id = ${id}`;
      done += 1;
    }
    return done;
  });
}
