import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase } from '@chorus/tests/harness/databases.ts';
import type { DatabaseUrl } from './databases.ts';
import { migrate } from './migrate.ts';
import { withConnection } from './one-connection.ts';
import { StartError } from './start-error.ts';

const [ACME, GLOBEX] = ['0199a000-0000-7000-8000-000000000001', '0199a000-0000-7000-8000-000000000002'];
const TABLES = `create table note (tenant_id uuid not null, id int generated always as identity, text text,
  primary key (tenant_id, id));
--> statement-breakpoint
create table person (email text primary key);`;
const GRANTS = `create or replace function person_known(wanted text) returns boolean
  language sql stable security definer set search_path = pg_catalog, public
  as $$ select exists (select from person where email = wanted) $$;
revoke execute on function person_known(text) from public;
grant execute on function person_known(text) to chorus_mentions_app;`;

const folders: string[] = [];

/** A folder as drizzle-kit writes it, with the given migrations. */
async function migrationsFolder(...statements: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chorus-migrations-'));
  folders.push(folder);
  const entries = statements.map((_, idx) => ({
    idx,
    version: '7',
    when: idx + 1,
    tag: `${idx}`,
    breakpoints: true,
  }));
  await mkdir(join(folder, 'migrations/meta'), { recursive: true });
  const journal = { version: '7', dialect: 'postgresql', entries };
  await writeFile(join(folder, 'migrations/meta/_journal.json'), JSON.stringify(journal));
  for (const [index, sql] of statements.entries()) {
    await writeFile(join(folder, `migrations/${index}.sql`), sql);
  }
  await writeFile(join(folder, 'grants.sql'), GRANTS);
  return folder;
}

let urls: DatabaseUrl;
let folder: string;
let app: postgres.Sql;

beforeAll(async () => {
  [urls, folder] = await Promise.all([emptyDatabase('mentions'), migrationsFolder(TABLES)]);
  await migrate('mentions', urls.owner, folder);
  app = postgres(urls.app, { max: 2 });
});

afterAll(async () => {
  await app.end();
  for (const path of folders) await rm(path, { recursive: true });
});

/** One statement of a request in a transaction of `tenant`; null leaves the setting untouched. */
const as = (tenant: string | null, statement: string) =>
  app.begin(async (sql) => {
    if (tenant !== null) await sql`select set_config('app.tenant_id', ${tenant}, true)`;
    return sql.unsafe(statement);
  });

test('a second run changes nothing and is quick', async () => {
  await migrate('mentions', urls.owner, folder);
  const started = performance.now();
  await migrate('mentions', urls.owner, folder);
  expect(performance.now() - started).toBeLessThan(500);
});

test('two migrators at once both succeed', async () => {
  const fresh = await emptyDatabase('mentions');
  await Promise.all([1, 2, 3].map(() => migrate('mentions', fresh.owner, folder)));
  await withConnection(fresh.owner, async (sql) => {
    expect(await sql`select count(*)::int as count from drizzle.__drizzle_migrations`).toEqual([
      { count: 1 },
    ]);
  });
});

test('a tenant sees its own rows only', async () => {
  await as(ACME, `insert into note (tenant_id, text) values ('${ACME}', 'ours')`);
  await as(GLOBEX, `insert into note (tenant_id, text) values ('${GLOBEX}', 'theirs')`);
  expect(await as(ACME, 'select text from note')).toEqual([{ text: 'ours' }]);
  expect((await as(ACME, `update note set text = 'x' where tenant_id = '${GLOBEX}'`)).count).toBe(0);
  expect((await as(ACME, 'delete from note')).count).toBe(1);
  expect(await as(GLOBEX, 'select text from note')).toEqual([{ text: 'theirs' }]);
});

test('nobody writes a row of another tenant', async () => {
  const insert = `insert into note (tenant_id, text) values ('${GLOBEX}', 'planted')`;
  await expect(as(ACME, insert)).rejects.toThrow('row-level security');
  await as(ACME, `insert into note (tenant_id, text) values ('${ACME}', 'moved')`);
  await expect(as(ACME, `update note set tenant_id = '${GLOBEX}'`)).rejects.toThrow('row-level security');
});

test('without a tenant, or with an emptied setting, there are no rows', async () => {
  await as(GLOBEX, `insert into note (tenant_id, text) values ('${GLOBEX}', 'hidden')`);
  expect(await as(null, 'select * from note')).toEqual([]);
  expect(await as('', 'select * from note')).toEqual([]);
  const insert = `insert into note (tenant_id, text) values ('${ACME}', 'nobody')`;
  await expect(as('', insert)).rejects.toThrow('row-level security');
});

test('a table without tenants is reached only through what grants.sql allows', async () => {
  await expect(as(ACME, 'select * from person')).rejects.toThrow('permission denied');
  expect(await as(ACME, `select person_known('a@b.test') as known`)).toEqual([{ known: false }]);
});

test('the worker sees all tenants', async () => {
  await as(ACME, `insert into note (tenant_id, text) values ('${ACME}', 'seen')`);
  await withConnection(urls.worker, async (sql) => {
    const rows = await sql`select distinct tenant_id from note`;
    expect(rows.length).toBe(2);
  });
});

test('the app role owns nothing, creates nothing and cannot reach another database', async () => {
  await expect(as(ACME, 'create table mine (id int)')).rejects.toThrow('permission denied');
  await expect(as(ACME, 'alter table note disable row level security')).rejects.toThrow('must be owner');
  const other = await emptyDatabase('billing');
  const intruder = new URL(urls.app);
  intruder.pathname = new URL(other.app).pathname;
  await expect(withConnection(intruder.href, (sql) => sql`select 1`)).rejects.toThrow('permission denied');
});

test('a migration changed after it ran stops the start', async () => {
  const changed = await migrationsFolder(`${TABLES}\n--> statement-breakpoint\nselect 1`);
  await expect(migrate('mentions', urls.owner, changed)).rejects.toThrow(StartError);
});
