import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sql } from 'postgres';
import {
  DATABASE_NAMES,
  type DatabaseName,
  type DatabaseUrl,
  type DatabaseUrls,
  roleNames,
} from './databases.ts';
import { withAdvisoryLock, withConnection } from './one-connection.ts';
import { errorCode, fileError } from './start-error.ts';

/** The secret all role passwords are derived from: made once, then read. */
export async function databaseSecret(file: string): Promise<Buffer> {
  try {
    if (!existsSync(file)) await makeSecret(file);
    return await readFile(file);
  } catch (error) {
    throw fileError(error, file);
  }
}

/** A link is made whole or not at all, so two starters agree on one secret. */
async function makeSecret(file: string) {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new-${process.pid}`;
  await writeFile(unfinished, randomBytes(32), { mode: 0o600 });
  try {
    await link(unfinished, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** The password of a role, derived so that none has to be stored. */
export const rolePassword = (secret: Buffer, role: string) =>
  createHmac('sha256', secret).update(role).digest('hex');

const ATTRIBUTES = {
  owner: 'login nosuperuser nobypassrls',
  app: 'login nosuperuser nobypassrls',
  worker: 'login nosuperuser bypassrls',
} as const;

export type RoleKind = keyof typeof ATTRIBUTES;

/** The statement that makes a role or, where it exists, sets its attributes and password. */
export function roleStatement(name: DatabaseName, kind: RoleKind, secret: Buffer, exists: boolean): string {
  const role = roleNames(name)[kind];
  const verb = exists ? 'alter' : 'create';
  return `${verb} role ${role} with ${ATTRIBUTES[kind]} password '${rolePassword(secret, role)}'`;
}

/** Makes a role, or gives an existing one the attributes and the password it must have. */
export async function ensureRole(sql: Sql, name: DatabaseName, kind: RoleKind, secret: Buffer) {
  const [found] = await sql`select 1 from pg_roles where rolname = ${roleNames(name)[kind]}`;
  await sql.unsafe(roleStatement(name, kind, secret, found !== undefined));
}

/** Only the roles of a database may connect to it. */
export async function restrictConnections(sql: Sql, database: string, name: DatabaseName) {
  const { app, worker } = roleNames(name);
  await sql`revoke all on database ${sql(database)} from public`;
  await sql`grant connect on database ${sql(database)} to ${sql(app)}, ${sql(worker)}`;
}

/** The URLs of the three roles, on the server and with the parameters of `serverUrl`. */
export function roleUrls(
  serverUrl: string,
  database: string,
  name: DatabaseName,
  secret: Buffer,
): DatabaseUrl {
  const roles = roleNames(name);
  const urlOf = (role: string) => {
    const url = new URL(serverUrl);
    url.username = role;
    url.password = rolePassword(secret, role);
    url.pathname = `/${database}`;
    return url.href;
  };
  return { owner: urlOf(roles.owner), app: urlOf(roles.app), worker: urlOf(roles.worker) };
}

/**
 * Makes what is missing of the five databases and their roles on a server whose superuser we are; idempotent, and
 * safe when two processes do it at once.
 */
export async function ensureDatabases(
  adminUrl: string,
  secret: Buffer,
  databaseOf: (name: DatabaseName) => string = (name) => name,
): Promise<DatabaseUrls> {
  await withConnection(adminUrl, (sql) =>
    withAdvisoryLock(sql, async () => {
      for (const name of DATABASE_NAMES) await ensureDatabase(sql, name, databaseOf(name), secret);
    }),
  );
  const urls = DATABASE_NAMES.map((name) => [name, roleUrls(adminUrl, databaseOf(name), name, secret)]);
  return Object.fromEntries(urls) as DatabaseUrls;
}

async function ensureDatabase(sql: Sql, name: DatabaseName, database: string, secret: Buffer) {
  for (const kind of ['owner', 'app', 'worker'] as const) await ensureRole(sql, name, kind, secret);
  const [found] = await sql`select 1 from pg_database where datname = ${database}`;
  if (!found) await createDatabase(sql, database, { owner: roleNames(name).owner });
  await restrictConnections(sql, database, name);
}

/** Creates a database; with a template, its copy. */
export async function createDatabase(
  sql: Sql,
  database: string,
  { owner, template }: { owner: string; template?: string },
) {
  const from = template === undefined ? sql`` : sql`template ${sql(template)}`;
  await sql`create database ${sql(database)} owner ${sql(owner)} ${from}`;
}
