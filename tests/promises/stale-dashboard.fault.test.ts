import { WITH_SUBSCRIPTION } from '@chorus/billing/outdated.ts';
import { ingestPosts } from '@chorus/mentions/ingest/ingest.ts';
import { examplePost } from '@chorus/mentions/posts/example-post.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant } from '../harness/client.ts';
import { clonedDatabases } from '../harness/databases.ts';
import { keepDead } from '../harness/killing.ts';
import { startSystem, type System } from '../harness/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(await clonedDatabases('stale_dashboard'));
});
afterAll(() => system.stop());

const MAY = 'from: "2026-05-01", to: "2026-05-31"';
const DASHBOARD = `{ shareOfVoice(${MAY}) { count tracker { name } } trackers { name volume(${MAY}) { count } } }`;
const SOON = { timeout: 15_000, interval: 50 };

const showing = (count: number) => ({
  shareOfVoice: [{ count, tracker: { name: 'Ours' } }],
  trackers: [{ name: 'Ours', volume: [{ count }] }],
});

/** A tenant with every feature, whose dashboard somebody has open. */
async function dashboard() {
  const { member, tenant, end } = await freshTenant(system);
  const mentions = new Database(system.urls.mentions.worker, { max: 1 });
  const billing = new Database(system.urls.billing.worker, { max: 1 });
  onTestFinished(async () => {
    await Promise.all([end(), mentions.end(), billing.end()]);
  });
  const owner = await member('owner');
  const is = (query: string, body: object) =>
    vi.waitFor(async () => expect((await owner.ask(query)).body).toEqual(body), SOON);
  await is('{ subscription { plan { key } } }', { data: { subscription: { plan: { key: 'free' } } } });
  await transactionOf(billing, tenant.id, async (transaction) => {
    await transaction.db.execute(sql`
      update subscription set plan_id = (select id from plan where key = 'business'), version = version + 1
      where tenant_id = ${tenant.id}`);
    await transaction.emit('tenant.changed', {});
    await transaction.outdate(WITH_SUBSCRIPTION);
  });
  await owner.ask('mutation { createTracker(input: { name: "Ours", handles: ["ours"] }) { __typename } }');
  const posts = (...ids: string[]) =>
    ingestPosts(
      mentions,
      tenant.id,
      ids.map((id) => examplePost(id, '@ours hi')),
    );
  const explained = client(system.gatewayUrl, owner.token, { 'chorus-explain': '1' });
  /** What somebody looked at while it changed may not be kept the first time. */
  const isKept = (query: string, paths: string[]) =>
    vi.waitFor(async () => {
      const { why } = (await explained(query)).body.extensions;
      expect(paths.map((path) => why.paths[path].cache.state)).toEqual(paths.map(() => 'hit'));
    }, SOON);
  return { ask: async (query: string) => (await owner.ask(query)).body, is, isKept, posts };
}

test('while reporting is dead the dashboard goes on with the last numbers and says that they are old; then it is as before', async () => {
  const { ask, is, isKept, posts } = await dashboard();
  await posts('1', '2');
  await is(DASHBOARD, { data: showing(2) });
  await isKept(DASHBOARD, ['shareOfVoice', 'trackers.volume']);

  const revive = keepDead(system, 'subgraphs/reporting/server.ts');
  onTestFinished(revive);
  // Somebody counts on, so that the numbers are not what they were, and nobody can be asked for them.
  await posts('3');
  const stale = { stale: ['shareOfVoice', 'trackers.volume'] };
  await is(DASHBOARD, { data: showing(2), extensions: stale });
  const unread = await ask(`{ trackers { name volume(from: "2026-05-02", to: "2026-05-31") { count } } }`);
  expect(unread).toMatchObject({
    data: { trackers: [{ name: 'Ours', volume: null }] },
    errors: [{ path: ['trackers', 0, 'volume'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  expect(unread).not.toHaveProperty('extensions');

  revive();
  await is(DASHBOARD, { data: showing(3) });
  expect(await ask(DASHBOARD)).not.toHaveProperty('extensions');
});
