import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import {
  DATABASE_NAMES,
  type DatabaseName,
  type DatabaseUrl,
  type DatabaseUrls,
  roleNames,
} from '@chorus/db/databases.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { createDatabase, restrictConnections, roleUrls } from '@chorus/db/roles.ts';
import { errorCode } from '@chorus/db/start-error.ts';

/** The one server of a test run; global set-up made a migrated template of each database on it. */
export interface DatabaseServer {
  adminUrl: string;
  /** Hex of the secret role passwords are derived from. */
  secret: string;
  run: string;
  /** Why a template could not be migrated; only tests that need that database fail then. */
  failures: Partial<Record<DatabaseName, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer;
  }
}

export const templateOf = (name: DatabaseName) => `${name}_template`;

const clones = new Map<string, Promise<DatabaseUrl>>();

/** A migrated copy of one database for this worker; test files that follow each other in it share the copy. */
export const workerDatabase = (name: DatabaseName): Promise<DatabaseUrl> =>
  clonedDatabase(name, `w${process.env['VITEST_POOL_ID'] ?? 0}`, inject('databaseServer'));

/** All five databases of this worker. */
export const workerDatabases = (): Promise<DatabaseUrls> =>
  clonedDatabases(`w${process.env['VITEST_POOL_ID'] ?? 0}`);

/** A copy of its own for whoever asks with this label, such as one running system. */
export async function clonedDatabases(
  label: string,
  server: DatabaseServer = inject('databaseServer'),
): Promise<DatabaseUrls> {
  const urls = DATABASE_NAMES.map(async (name) => [name, await clonedDatabase(name, label, server)] as const);
  return Object.fromEntries(await Promise.all(urls)) as DatabaseUrls;
}

/** A database with roles but without any table, for tests of migrations themselves. */
export async function emptyDatabase(name: DatabaseName): Promise<DatabaseUrl> {
  const server = inject('databaseServer');
  const database = `${name}_${server.run}_${randomUUID().slice(0, 8)}`;
  await withConnection(server.adminUrl, async (sql) => {
    await createDatabase(sql, database, { owner: roleNames(name).owner });
    await restrictConnections(sql, database, name);
  });
  return roleUrls(server.adminUrl, database, name, Buffer.from(server.secret, 'hex'));
}

function clonedDatabase(name: DatabaseName, label: string, server: DatabaseServer): Promise<DatabaseUrl> {
  const database = `${name}_${server.run}_${label}`;
  const known = clones.get(database);
  if (known) return known;
  const made = clone(name, database, server);
  clones.set(database, made);
  return made;
}

async function clone(name: DatabaseName, database: string, server: DatabaseServer): Promise<DatabaseUrl> {
  const failure = server.failures[name];
  if (failure !== undefined) throw new Error(`the database ${name} has no template: ${failure}`);
  await withConnection(server.adminUrl, async (sql) => {
    const [found] = await sql`select 1 from pg_database where datname = ${database}`;
    if (found) return;
    const from = { owner: roleNames(name).owner, template: templateOf(name) };
    await untilTemplateIsFree(() => createDatabase(sql, database, from));
    await restrictConnections(sql, database, name);
  });
  return roleUrls(server.adminUrl, database, name, Buffer.from(server.secret, 'hex'));
}

/** A template can be copied only while nobody is connected, and a connection just closed may still be ending. */
async function untilTemplateIsFree(create: () => Promise<void>) {
  for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
    try {
      return await create();
    } catch (error) {
      if (errorCode(error) !== '55006' || Date.now() > deadline) throw error;
    }
  }
}
