import type { Sql } from 'postgres';
import { expect, inject, test } from 'vitest';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { roleNames } from './databases.ts';
import { withConnection } from './one-connection.ts';

const [OURS, THEIRS] = [newId(), newId()];

/** Something of each type that a column may need. */
const VALUES: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: `'x'`,
  'text[]': `'{}'`,
  bytea: `''`,
  integer: '1',
  bigint: '1',
  numeric: '1',
  boolean: 'false',
  jsonb: `'{}'`,
  date: 'current_date',
  'timestamp with time zone': 'now()',
};

/** The tables with a tenant, each with the columns that an insert must fill. */
const tenantTables = (sql: Sql) => sql<{ name: string; columns: { name: string; type: string }[] }[]>`
  select c.relname as name, (
    select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)))
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and a.attname <> 'tenant_id' and a.attnotnull and not a.atthasdef and a.attidentity = '') as columns
  from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  order by c.relname`;

type Table = Awaited<ReturnType<typeof tenantTables>>[number];

function insertInto({ name, columns }: Table, tenantId: string): string {
  const missing = columns.find(({ type }) => !Object.hasOwn(VALUES, type));
  if (missing) throw new Error(`no value for ${name}.${missing.name} of type ${missing.type}`);
  const names = ['tenant_id', ...columns.map((column) => column.name)].map((column) => `"${column}"`);
  const values = [`'${tenantId}'`, ...columns.map(({ type }) => VALUES[type])];
  return `insert into "${name}" (${names.join(', ')}) values (${values.join(', ')})`;
}

/** What a statement of a request did: rows it touched, or why it was refused; undone either way. */
async function attempt(sql: Sql, statement: string): Promise<number | string> {
  await sql.unsafe('savepoint attempt');
  const done = await sql.unsafe(statement).then(
    ({ count }) => count,
    (error: Error) => error.message.replace(/ for table ".*"/, ''),
  );
  await sql.unsafe('rollback to savepoint attempt');
  return done;
}

/** What the role that serves requests can do to one row of OURS, with every right on its table. */
async function reached(sql: Sql, app: string, table: Table) {
  await sql.unsafe(`set local session_replication_role = replica; ${insertInto(table, OURS)};
    grant all on "${table.name}" to ${app}; set local role ${app}; set local app.tenant_id = '${OURS}'`);
  const own = await attempt(sql, `select from "${table.name}"`);
  const moved = await attempt(sql, `update "${table.name}" set tenant_id = '${THEIRS}'`);
  await sql.unsafe(`set local app.tenant_id = '${THEIRS}'`);
  return {
    own,
    moved,
    seen: await attempt(sql, `select from "${table.name}" where tenant_id = '${OURS}'`),
    changed: await attempt(sql, `update "${table.name}" set tenant_id = tenant_id`),
    deleted: await attempt(sql, `delete from "${table.name}"`),
    planted: await attempt(sql, insertInto(table, OURS)),
  };
}

const REFUSED = 'new row violates row-level security policy';
const SEALED = { own: 1, moved: REFUSED, seen: 0, changed: 0, deleted: 0, planted: REFUSED };

test.each(['accounts', 'mentions', 'reporting', 'billing'] as const)(
  'in %s no statement reaches a row of another tenant, whatever its rights and whatever it forgets to ask',
  async (name) => {
    const url = new URL(inject('databaseServer').adminUrl);
    url.pathname = new URL((await workerDatabase(name)).owner).pathname;
    await withConnection(url.href, async (sql) => {
      const tables = await tenantTables(sql);
      expect(tables).not.toEqual([]);
      for (const table of tables) {
        await sql.unsafe('begin');
        expect({ [table.name]: await reached(sql, roleNames(name).app, table) }).toEqual({
          [table.name]: SEALED,
        });
        await sql.unsafe('rollback');
      }
    });
  },
);

test.each(['accounts', 'mentions', 'reporting', 'billing'] as const)(
  'in %s every table with a tenant has the one policy and no way around it',
  async (name) => {
    const rows = await withConnection(
      (await workerDatabase(name)).owner,
      (sql) => sql`
        select c.relname as table, c.relrowsecurity as secured, array_agg(p.polname::text) as policies,
          array_agg(p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
            and pg_get_expr(p.polqual, c.oid) = pg_get_expr(p.polwithcheck, c.oid)) as whole
        from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
          left join pg_policy p on p.polrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        group by c.oid order by c.relname`,
    );
    expect(rows).toEqual(
      rows.map(({ table }) => ({ table, secured: true, policies: ['tenant_isolation'], whole: [true] })),
    );
  },
);
