import { sql } from 'drizzle-orm';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { expect, test } from 'vitest';
import { features } from './features.ts';
import { deletePosts, editPosts } from './ingest/changes.ts';
import { ingestPosts } from './ingest/ingest.ts';
import { WITH_MENTIONS, WITH_POSTS, WITH_TRACKERS } from './outdated.ts';
import { examplePost } from './posts/example-post.ts';
import { listeningTenant, testServices } from './testing.ts';

/** A tenant that listens, and what the gateways are told because of something it does. */
async function tenant() {
  const subgraph = await inProcess('mentions', features, testServices);
  const { tenantId, store, admin, trackers } = await listeningTenant(subgraph);
  const { worker } = subgraph;
  const forget = () =>
    worker.statements(tenantId).execute(sql`delete from outbox where tenant_id = ${tenantId}`);
  const toldBy = async (change: () => Promise<unknown>) => {
    await forget();
    await change();
    const rows = await worker
      .statements(tenantId)
      .execute<{ data: unknown }>(
        sql`select data from outbox where tenant_id = ${tenantId} and type = ${INVALIDATED}`,
      );
    return [...rows].map(({ data }) => data);
  };
  return { tenantId, store, admin, trackers, worker, toldBy };
}

const post = (rev: string) => examplePost('1', '@united hi', { rev });
const deletion = { source: 'demo', externalId: '1', deletedAt: new Date(), rev: '9' } as const;

test('the gateways are told once of posts that come, change and go, and of nothing else', async () => {
  const { tenantId, worker, toldBy } = await tenant();
  expect(await toldBy(() => ingestPosts(worker, tenantId, [post('1'), examplePost('2')]))).toEqual([
    WITH_POSTS,
  ]);
  expect(await toldBy(() => ingestPosts(worker, tenantId, [post('1')]))).toEqual([]);
  expect(await toldBy(() => editPosts(worker, tenantId, [post('2')]))).toEqual([WITH_POSTS]);
  expect(await toldBy(() => editPosts(worker, tenantId, [post('1')]))).toEqual([]);
  expect(await toldBy(() => deletePosts(worker, tenantId, [deletion]))).toEqual([WITH_POSTS]);
  expect(await toldBy(() => deletePosts(worker, tenantId, [deletion]))).toEqual([]);
});

test('so they are when somebody works on mentions', async () => {
  const { store, admin, toldBy } = await tenant();
  const [id] = await store('@united hi');
  const update = (ids: unknown[]) =>
    admin('mutation ($ids: [ID!]!) { updateMentions(input: { ids: $ids, status: DONE }) { __typename } }', {
      ids,
    });
  expect(await toldBy(() => update([id]))).toEqual([WITH_MENTIONS]);
  expect(await toldBy(() => update(['019b76da-a800-7000-8000-000000000000']))).toEqual([]);
});

test('and of trackers that begin and end', async () => {
  const { admin, trackers, toldBy } = await tenant();
  const create = 'mutation { createTracker(input: { name: "New", handles: ["new"] }) { __typename } }';
  expect(await toldBy(() => admin(create))).toEqual([WITH_TRACKERS]);
  expect(await toldBy(() => admin(create))).toEqual([]);
  const remove = 'mutation ($id: ID!) { deleteTracker(input: { id: $id }) { __typename } }';
  expect(await toldBy(() => admin(remove, { id: trackers.united }))).toEqual([WITH_TRACKERS]);
  expect(await toldBy(() => admin(remove, { id: trackers.united }))).toEqual([]);
});
