import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshTenant } from '../harness/client.ts';
import { clonedDatabases } from '../harness/databases.ts';
import { kill } from '../harness/killing.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(await clonedDatabases('stays_up'));
});
afterAll(() => system.stop());

const SCREEN =
  '{ viewer { tenant { name subscription { plan { name } } } } trackers { name volume { count } } mentions(first: 1) { nodes { text } } }';

/** Has nothing in common with what the gateway keeps of the screen. */
const SUBSCRIBED = '{ subscription { plan { name } } }';

const PARTS = [
  { name: 'reporting', gone: ['trackers.0.volume'] },
  { name: 'billing', gone: ['viewer.tenant.subscription'] },
  { name: 'mentions', gone: ['trackers', 'mentions'] },
];

test.each(PARTS)(
  'while $name is dead the other fields answer, the missing ones say so, and it comes back by itself',
  async ({ name, gone }) => {
    const { member, tenant, end } = await freshTenant(system);
    const owner = await member('owner');
    await owner.ask('mutation { createTracker(input: { name: "Ours", handles: ["ours"] }) { __typename } }');
    await vi.waitFor(
      async () =>
        expect((await owner.ask(SUBSCRIBED)).body).toEqual({
          data: { subscription: { plan: { name: 'Free' } } },
        }),
      { timeout: 5_000 },
    );

    kill(system, `subgraphs/${name}/server.ts`);
    const { status, body } = await owner.ask(SCREEN);
    expect(status).toBe(200);
    expect(body.data.viewer.tenant.name).toBe(tenant.name);
    const failed = body.errors.map(
      (error: { path: string[]; extensions: { code: string } }) =>
        `${error.path.join('.')}: ${error.extensions.code}`,
    );
    expect(failed.toSorted()).toEqual(gone.map((path) => `${path}: SUBGRAPH_UNAVAILABLE`).toSorted());
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|localhost|:\d{4}/);

    await vi.waitFor(async () => expect((await owner.ask(SCREEN)).body.errors).toBeUndefined(), {
      timeout: 10_000,
      interval: 50,
    });
    await end();
  },
);

test('when accounts is dead, people who are signed in go on reading', async () => {
  const { member, end } = await freshTenant(system);
  const owner = await member('owner');
  await owner.ask('{ trackers { name } }');
  kill(system, 'subgraphs/accounts/server.ts');
  expect((await owner.ask('{ trackers { id } }')).body).toEqual({ data: { trackers: [] } });
  await vi.waitFor(async () => expect((await owner.ask('{ tenant { name } }')).body.errors).toBeUndefined(), {
    timeout: 10_000,
    interval: 50,
  });
  await end();
});
