import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import type { DatabaseName } from './databases.ts';
import { withAdvisoryLock, withConnection } from './one-connection.ts';
import { StartError } from './start-error.ts';

/** Statements that hold for every database, after its migrations and before its own grants. */
const COMMON = ['outbox.sql', 'tenant-isolation.sql'];

/**
 * Brings a database to the current schema: migrations, row-level security, grants. Under an advisory lock, because
 * the migrator takes none; running it again changes nothing. `folder` holds
 * `migrations/` and perhaps `grants.sql` or a folder `grants/`.
 */
export async function migrate(
  name: DatabaseName,
  ownerUrl: string,
  folder = join(import.meta.dirname, name),
): Promise<void> {
  await withConnection(ownerUrl, (sql) =>
    withAdvisoryLock(sql, async () => {
      const migrationsFolder = join(folder, 'migrations');
      if (!existsSync(join(migrationsFolder, 'meta/_journal.json'))) return;
      await applyMigrations(drizzle(sql), { migrationsFolder });
      await assertComplete(sql, name, migrationsFolder);
      await applyRules(sql, name, folder);
    }),
  );
}

/** The migrator skips whatever is dated before the last one applied; here that is an error instead of a surprise. */
async function assertComplete(sql: Sql, name: DatabaseName, migrationsFolder: string) {
  const applied = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
  const hashes = new Set(applied.map(({ hash }) => hash));
  const index = readMigrationFiles({ migrationsFolder }).findIndex(({ hash }) => !hashes.has(hash));
  if (index === -1) return;
  throw new StartError(
    `The database "${name}" was migrated with another form of migration ${index} in ${migrationsFolder}: restore that file, or start with an empty database.`,
  );
}

async function applyRules(sql: Sql, name: DatabaseName, folder: string) {
  const own = globSync(['grants.sql', 'grants/*.sql'], { cwd: folder }).toSorted();
  const files = [
    ...COMMON.map((file) => join(import.meta.dirname, file)),
    ...own.map((file) => join(folder, file)),
  ];
  await sql.begin(async (transaction) => {
    await transaction`select set_config('chorus.database', ${name}, true)`;
    for (const file of files) await transaction.unsafe(readFileSync(file, 'utf8'));
  });
}
