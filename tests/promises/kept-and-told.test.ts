import { ingestPosts } from '@chorus/mentions/ingest/ingest.ts';
import { deletePosts } from '@chorus/mentions/ingest/changes.ts';
import { examplePost } from '@chorus/mentions/posts/example-post.ts';
import { Database } from '@chorus/db/database.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freshTenant, sharedSystem } from '../harness/client.ts';

const DASHBOARD = `{
  mentions(first: 5) { nodes { text } totalCount }
  suggestPages(prefix: "ours") { mentions }
  mentionVolume(from: "2026-05-01", to: "2026-05-31") { count }
  trackers { name volume(from: "2026-05-01", to: "2026-05-31") { count } }
}`;

/** Sooner than anything kept ends by itself, and more than the second it should take, because machines can be slow. */
const SOON = { timeout: 15_000, interval: 50 };

/** A tenant that listens, whose dashboard somebody has open. */
async function listening() {
  const system = await sharedSystem();
  const { member, tenant, end } = await freshTenant(system);
  const database = new Database(system.urls.mentions.worker, { max: 1 });
  onTestFinished(async () => {
    await end();
    await database.end();
  });
  const owner = await member('owner');
  await owner.ask('mutation { createTracker(input: { name: "Ours", handles: ["ours"] }) { __typename } }');
  /** The dashboard, as soon as it shows so many mentions. */
  const showing = (count: number) => {
    const counts = count === 0 ? [] : [{ count }];
    const data = {
      mentions: { totalCount: count },
      suggestPages: count === 0 ? [] : [{ mentions: count }],
      mentionVolume: counts,
      trackers: [{ name: 'Ours', volume: counts }],
    };
    return vi.waitFor(async () => {
      const { body } = await owner.ask(DASHBOARD);
      expect(body).toMatchObject({ data });
      return body;
    }, SOON);
  };
  return { tenantId: tenant.id, database, showing };
}

test('posts that come from elsewhere are in what somebody looked at a moment before, and so is their end', async () => {
  const { tenantId, database, showing } = await listening();
  await showing(0);
  await ingestPosts(database, tenantId, [examplePost('1', '@ours one'), examplePost('2', '@ours two')]);
  await showing(2);
  await ingestPosts(database, tenantId, [examplePost('3', '@ours three')]);
  const { data } = await showing(3);
  expect(data.mentions.nodes).toHaveLength(3);
  const gone = { source: 'demo', externalId: '3', deletedAt: new Date(), rev: '9' } as const;
  expect(await deletePosts(database, tenantId, [gone])).toBe(1);
  expect((await showing(2)).data.mentions.nodes).toHaveLength(2);
});
