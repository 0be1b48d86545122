import { withConnection } from '@chorus/db/one-connection.ts';
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant } from '../harness/client.ts';
import { clonedDatabases } from '../harness/databases.ts';
import { platformStaff } from '../harness/staff.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(await clonedDatabases('flags_killed'));
});
afterAll(() => system.stop());

/** Nobody gets a connection to a database, and those who had one lose it. */
async function reachable(database: 'accounts' | 'events', is: boolean) {
  const url = database === 'accounts' ? system.urls.accounts.app : system.urls.events.app;
  const name = new URL(url).pathname.slice(1);
  await withConnection(inject('databaseServer').adminUrl, async (sql) => {
    await sql.unsafe(`alter database "${name}" allow_connections ${is}`);
    if (!is) await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
  });
}

const switching = (field: 'killFlag' | 'reviveFlag') =>
  `mutation ($input: KillFlagInput!) { ${field}(input: $input) { ... on FlagSwitched { killed } } }`;
const FORCE = 'mutation ($input: ForceFeatureInput!) { forceFeature(input: $input) { __typename } }';
const SOON = { timeout: 15_000, interval: 50 };

test('a kill reaches a running gateway within a second, and stays while the databases are away', async () => {
  const [fresh, staff] = [await freshTenant(system), await platformStaff(system)];
  onTestFinished(async () => {
    await Promise.all([fresh.end(), staff.end()]);
  });
  const owner = await fresh.member('owner');
  const explained = client(system.gatewayUrl, owner.token, { 'chorus-explain': '1' });
  const layer = async () =>
    (await explained('{ shareOfVoice { share } }')).body.extensions.why.paths.shareOfVoice.feature.layer;
  const is = (wanted: string, within = SOON) =>
    vi.waitFor(async () => expect(await layer()).toBe(wanted), within);
  const input = { key: 'share_of_voice', reason: 'It breaks.' };
  const forced = { tenantId: fresh.tenant.id, flag: input.key, variant: 'on', reason: 'Promised.' };
  await staff.ask(FORCE, { input: forced });
  await is('override');

  const { body } = await staff.ask(switching('killFlag'), { input });
  expect(body).toEqual({ data: { killFlag: { killed: true } } });
  await is('global-kill', { timeout: 1_000, interval: 10 });
  const change = async () =>
    (await owner.ask('mutation { createTracker(input: { name: "x", handles: ["x"] }) { __typename } }')).body;
  try {
    await reachable('accounts', false);
    expect(await layer()).toBe('global-kill');
    await reachable('events', false);
    // From here on nothing is confirmed any more.
    await vi.waitFor(
      async () =>
        expect((await change()).errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]),
      SOON,
    );
    expect(await layer()).toBe('global-kill');
  } finally {
    await reachable('events', true);
    await reachable('accounts', true);
  }
  await is('global-kill');
  await vi.waitFor(async () => {
    const revived = await staff.ask(switching('reviveFlag'), { input });
    expect(revived.body).toEqual({ data: { reviveFlag: { killed: false } } });
  }, SOON);
  await is('override');
});
