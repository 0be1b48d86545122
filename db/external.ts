import { writeFile } from 'node:fs/promises';
import type { Sql } from 'postgres';
import {
  DATABASE_NAMES,
  type DatabaseName,
  type DatabaseUrl,
  type DatabaseUrls,
  databaseVariable,
  roleNames,
} from './databases.ts';
import { withAdvisoryLock, withConnection } from './one-connection.ts';
import { ensureRole, restrictConnections, roleStatement, roleUrls } from './roles.ts';
import { errorCode, EXIT_CONFIGURATION, StartError } from './start-error.ts';

/** The URL of each external database's owner. */
export type OwnerUrls = Record<DatabaseName, string>;

/** The external databases this environment names; undefined when it names none, and never only some. */
export function externalDatabases(env: NodeJS.ProcessEnv): OwnerUrls | undefined {
  const named = DATABASE_NAMES.filter((name) => env[databaseVariable(name)]);
  if (named.length === 0) return undefined;
  const missing = DATABASE_NAMES.filter((name) => !named.includes(name)).map(databaseVariable);
  if (missing.length > 0) {
    throw configurationError(
      `${missing.join(', ')} is missing: set all five *_DATABASE_URL variables or none.`,
    );
  }
  return Object.fromEntries(
    named.map((name) => [name, checkedUrl(databaseVariable(name), env[databaseVariable(name)] ?? '')]),
  ) as OwnerUrls;
}

const configurationError = (message: string, cause?: unknown) =>
  new StartError(message, { exitCode: EXIT_CONFIGURATION, cause });

function checkedUrl(variable: string, url: string): string {
  if (/^postgres(ql)?:\/\/[^/]+@[^/]+\/.+/.test(url) && URL.canParse(url)) return url;
  throw configurationError(`${variable} must look like postgres://owner:password@host:5432/database.`);
}

export interface ExternalOptions {
  secret: Buffer;
  /** Where the SQL is written that only a superuser may run. */
  sqlFile: string;
}

/** Makes what is missing on external servers, as far as the owners may; the rest is said in one sentence. */
export async function ensureExternalDatabases(
  owners: OwnerUrls,
  options: ExternalOptions,
): Promise<DatabaseUrls> {
  const urls: [DatabaseName, DatabaseUrl][] = [];
  const refused: DatabaseName[] = [];
  for (const name of DATABASE_NAMES) {
    const owner = owners[name];
    const database = decodeURIComponent(new URL(owner).pathname.slice(1));
    const roles = { ...roleUrls(owner, database, name, options.secret), owner };
    if (!(await ensureExternal(name, database, roles, options.secret))) refused.push(name);
    urls.push([name, roles]);
  }
  if (refused.length > 0) await refuse(refused, options);
  return Object.fromEntries(urls) as DatabaseUrls;
}

/** False when the owner may not make the roles the database needs. */
async function ensureExternal(name: DatabaseName, database: string, urls: DatabaseUrl, secret: Buffer) {
  try {
    await withConnection(urls.owner, (sql) => sql`select 1`).catch((error: unknown) => {
      if (errorCode(error) === '3D000') return createMissing(name, database, urls.owner);
      throw error;
    });
    return await withConnection(urls.owner, (sql) =>
      withAdvisoryLock(sql, () => ensureServiceRoles(sql, name, database, urls, secret)),
    );
  } catch (error) {
    throw externalError(error, databaseVariable(name), urls.owner);
  }
}

async function createMissing(name: DatabaseName, database: string, ownerUrl: string) {
  const maintenance = new URL(ownerUrl);
  maintenance.pathname = '/postgres';
  try {
    await withConnection(maintenance.href, (sql) => sql`create database ${sql(database)}`);
  } catch (error) {
    throw new StartError(
      `${databaseVariable(name)}: there is no database "${database}" and it may not be created; run CREATE DATABASE "${database}".`,
      { cause: error },
    );
  }
}

async function ensureServiceRoles(
  sql: Sql,
  name: DatabaseName,
  database: string,
  urls: DatabaseUrl,
  secret: Buffer,
): Promise<boolean> {
  const [server] = await sql<{ version: number }[]>`
    select current_setting('server_version_num')::int as version`;
  if (server && server.version < 150_000) {
    throw new StartError(`${databaseVariable(name)}: PostgreSQL 15 or later is needed.`);
  }
  const fit = (await accepts(urls.app)) && (await accepts(urls.worker)) && (await areFit(sql, name));
  try {
    if (!fit) for (const kind of ['app', 'worker'] as const) await ensureRole(sql, name, kind, secret);
    await restrictConnections(sql, database, name);
    return true;
  } catch (error) {
    if (errorCode(error) === '42501') return fit;
    throw error;
  }
}

const accepts = (url: string) =>
  withConnection(url, (sql) => sql`select 1`).then(
    () => true,
    () => false,
  );

/** Under trust authentication any password connects, so the attributes are looked at too. */
async function areFit(sql: Sql, name: DatabaseName): Promise<boolean> {
  const { app, worker } = roleNames(name);
  const roles = await sql<{ rolname: string; rolsuper: boolean; rolbypassrls: boolean }[]>`
    select rolname, rolsuper, rolbypassrls from pg_roles where rolname in (${app}, ${worker})`;
  return (
    roles.length === 2 &&
    roles.every((role) => !role.rolsuper && role.rolbypassrls === (role.rolname === worker))
  );
}

async function refuse(names: DatabaseName[], { secret, sqlFile }: ExternalOptions): Promise<never> {
  const kinds = ['app', 'worker'] as const;
  const lines = names.flatMap((name) =>
    kinds.flatMap((kind) => [
      `do $$ begin create role ${roleNames(name)[kind]}; exception when duplicate_object then null; end $$;`,
      `${roleStatement(name, kind, secret, true)};`,
    ]),
  );
  await writeFile(sqlFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  throw configurationError(
    `${names.map(databaseVariable).join(', ')}: the owner may not create the roles it needs; run "psql -f ${sqlFile}" as a superuser and start again.`,
  );
}

const REFUSALS: Record<string, string> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has an unknown host name',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  CONNECT_TIMEOUT: 'does not answer within 5 s',
  '28P01': 'refuses the password',
  '28000': 'refuses the user',
  '53300': 'has no connection left',
};

function externalError(error: unknown, variable: string, url: string): unknown {
  if (error instanceof StartError) return error;
  const { host } = new URL(url);
  const reason = REFUSALS[errorCode(error) ?? ''] ?? `fails: ${error instanceof Error ? error.message : ''}`;
  return new StartError(`${variable}: the database at ${host} ${reason}.`, { cause: error });
}
