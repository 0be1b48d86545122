import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';

/** What the database says to a statement of the role that serves requests. */
const refusal = (statement: Promise<unknown>) =>
  statement.then(
    () => 'allowed',
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  );

test.each(['person', 'totp_factor', 'totp_enrolment', 'recovery_code', 'attempt'])(
  'the role that serves requests cannot read or write %s',
  async (table) => {
    const { database, tenant } = await accountsInProcess();
    const db = database.statements((await tenant()).id);
    const denied = `permission denied for table ${table}`;
    expect(await refusal(db.execute(sql`select * from ${sql.identifier(table)}`))).toBe(denied);
    expect(await refusal(db.execute(sql`delete from ${sql.identifier(table)}`))).toBe(denied);
  },
);

test('a tenant can neither rename itself nor make another', async () => {
  const { database, tenant } = await accountsInProcess();
  const { id } = await tenant();
  const db = database.statements(id);
  expect(await refusal(db.execute(sql`update tenant set name = 'x'`))).toBe(
    'permission denied for table tenant',
  );
  expect(await refusal(db.execute(sql`delete from tenant`))).toBe('permission denied for table tenant');
});

test.each(['tenant', 'member', 'session', 'api_key', 'outbox'])(
  'without a tenant %s has no rows, whatever other tenants wrote',
  async (table) => {
    const { database, tenant, member } = await accountsInProcess();
    await member((await tenant()).id);
    const rows = await database.statements(null).execute(sql`select * from ${sql.identifier(table)}`);
    expect([...rows]).toEqual([]);
  },
);
