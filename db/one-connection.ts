import postgres, { type Sql } from 'postgres';

/** Runs set-up work on one connection of its own, so that session locks and settings hold for all of it. */
export async function withConnection<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {}, connection: { jit: 'off' } });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** Runs work that no two processes may do at once on the same database. */
export async function withAdvisoryLock<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql`select pg_advisory_lock(hashtext('chorus.setup'))`;
  try {
    return await work();
  } finally {
    await sql`select pg_advisory_unlock(hashtext('chorus.setup'))`;
  }
}
