import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { PASSWORD } from '@chorus/accounts/testing.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { client, freshTenant } from '../harness/client.ts';
import { clonedDatabases } from '../harness/databases.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(await clonedDatabases('fails_closed'));
});
afterAll(() => system.stop());

/** Nobody gets a connection to the accounts database, and those who had one lose it. */
async function accountsDatabase(reachable: boolean) {
  const name = new URL(system.urls.accounts.app).pathname.slice(1);
  await withConnection(inject('databaseServer').adminUrl, async (sql) => {
    await sql.unsafe(`alter database "${name}" allow_connections ${reachable}`);
    if (!reachable) await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
  });
}

const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;

test('without the accounts database nobody is let in, and whoever is in keeps what is not its business', async () => {
  const { member, tenant, end } = await freshTenant(system);
  const owner = await member('owner');
  await owner.ask('{ trackers { name } }');
  const signIn = async () => {
    const input = { email: owner.email, password: PASSWORD, tenant: tenant.slug };
    return (await client(system.gatewayUrl)(SIGN_IN, { input })).body;
  };

  await accountsDatabase(false);
  try {
    const refused = await signIn();
    expect(refused.data).toEqual({ signIn: null });
    expect(refused.errors[0].extensions.code).toMatch(/^(SUBGRAPH_UNAVAILABLE|OVERLOADED|INTERNAL)$/);
    expect(JSON.stringify(refused)).not.toMatch(/postgres|connect|127\.0\.0\.1|database/i);

    const asked = await owner.ask('{ members(first: 1) { nodes { email } } trackers { name } }');
    expect(asked.body.data).toEqual({ members: null, trackers: [] });
  } finally {
    await accountsDatabase(true);
  }
  await vi.waitFor(async () => expect((await signIn()).data?.signIn?.__typename).toBe('Session'), {
    timeout: 15_000,
    interval: 100,
  });
  await end();
});
