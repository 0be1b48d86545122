import { sql } from 'drizzle-orm';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { examplePost } from '../posts/example-post.ts';
import type { NewPost } from '../posts/new-post.ts';
import { deletePosts, editPosts } from './changes.ts';
import { ingestPosts } from './ingest.ts';

const services = { isMember: () => Promise.resolve(true) };

async function tenant() {
  const { as, worker } = await inProcess('mentions', features, services);
  const tenantId = newId();
  const ask = as({ tenantId });
  const rows = async <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) => [
    ...(await worker.statements(tenantId).execute<T>(query)),
  ];
  const events = () =>
    rows<{ type: string; data: { counts: { trackerId: string; day: string; count: number }[] } }>(
      sql`select type, data from outbox where tenant_id = ${tenantId} and type <> 'cache.invalidated' order by sequence`,
    );
  return {
    ask,
    as,
    worker,
    tenantId,
    rows,
    ingest: (posts: readonly NewPost[]) => ingestPosts(worker, tenantId, posts),
    track: async (name: string, handles: string[], hashtags: string[] = []): Promise<string> => {
      const { data } = await ask(
        'mutation ($input: CreateTrackerInput!) { createTracker(input: $input) { ... on Tracker { id } } }',
        { input: { name, handles, hashtags } },
      );
      return data.createTracker.id;
    },
    feed: async (): Promise<{ text: string; trackers: { name: string }[] }[]> =>
      (await ask('{ mentions(first: 100) { nodes { text trackers { name } } } }')).data.mentions.nodes,
    events,
    /** What all events together say, which is what reporting will show. */
    counts: async () => {
      const totals: Record<string, number> = {};
      for (const { trackerId, day, count } of (await events()).flatMap(({ data }) => data.counts)) {
        totals[`${trackerId} ${day}`] = (totals[`${trackerId} ${day}`] ?? 0) + count;
      }
      return Object.fromEntries(Object.entries(totals).filter(([, count]) => count !== 0));
    },
  };
}

const deletion = (externalId: string) => ({
  source: 'demo' as const,
  externalId,
  deletedAt: new Date('2026-05-05T00:00:00Z'),
  rev: '9',
});

test('a post is stored once, is one mention however many trackers match, and is told in one event', async () => {
  const { track, ingest, feed, events } = await tenant();
  const [united, fun] = [await track('United', ['@United']), await track('Fun', [], ['#Fun'])];

  const posts = [
    examplePost('1', '@united that was #fun'),
    examplePost('2', 'nothing'),
    examplePost('3', 'more #FUN'),
  ];
  expect(await ingest(posts)).toEqual({ stored: 3, duplicates: 0, matched: 2 });

  const found = await feed();
  const namesOf = (text: string) =>
    found.find((mention) => mention.text === text)?.trackers.map(({ name }) => name);
  expect(found).toHaveLength(2);
  expect(namesOf('@united that was #fun')).toEqual(['Fun', 'United']);
  expect(namesOf('more #FUN')).toEqual(['Fun']);
  const told = await events();
  expect(told.map(({ type }) => type)).toEqual(['mention.matched']);
  expect(told[0]?.data.counts).toHaveLength(2);
  expect(told[0]?.data.counts).toEqual(
    expect.arrayContaining([
      { trackerId: united, day: '2026-05-04', count: 1 },
      { trackerId: fun, day: '2026-05-04', count: 2 },
    ]),
  );
});

test('a replay stores nothing, counts nothing and tells nothing, even with another time', async () => {
  const { track, ingest, events, ask } = await tenant();
  await track('United', ['united']);
  await ingest([examplePost('1', '@united hi')]);
  const before = await events();

  const late = examplePost('1', '@united hi', { publishedAt: new Date('2026-05-09T00:00:00Z') });
  expect(await ingest([examplePost('1', '@united hi'), late])).toEqual({
    stored: 0,
    duplicates: 2,
    matched: 0,
  });

  expect(await events()).toEqual(before);
  const { data } = await ask('{ suggestPages(prefix: "uni") { handle mentions } }');
  expect(data.suggestPages).toEqual([{ handle: 'united', mentions: 1 }]);
});

test('a batch that repeats a post stores it once', async () => {
  const { ingest } = await tenant();
  const posts = [examplePost('1'), examplePost('2'), examplePost('1')];
  expect(await ingest(posts)).toEqual({ stored: 2, duplicates: 1, matched: 0 });
});

test('ids beyond 2^53 stay as they are', async () => {
  const { ingest, rows, tenantId } = await tenant();
  const ids = ['9007199254740993', '9007199254740992', '570306133677760513', '18446744073709551615'];
  await ingest(ids.map((id) => examplePost(id)));
  const stored = await rows<{ id: string }>(
    sql`select external_id as id from post where tenant_id = ${tenantId}`,
  );
  expect(stored.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

test('characters PostgreSQL cannot hold cost neither the post nor its batch', async () => {
  const { ingest, rows, tenantId } = await tenant();
  const bad = examplePost('1\u0000', 'NUL \u0000 and half a pair \uD83D', {
    authorName: '\uDC00',
    hashtags: ['a\u0000'],
  });
  expect(await ingest([bad, examplePost('2')])).toMatchObject({ stored: 2 });
  const [stored] = await rows<{ text: string }>(
    sql`select text from post where tenant_id = ${tenantId} and external_id like '1%'`,
  );
  expect(stored?.text).toBe('NUL \uFFFD and half a pair \uFFFD');
});

test('four parallel imports of overlapping posts lose and double nothing', async () => {
  const { track, worker, tenantId, rows, counts, ask } = await tenant();
  const tracker = await track('United', ['united']);
  const posts = Array.from({ length: 1_200 }, (_, index) =>
    examplePost(`${index}`, index % 3 === 0 ? `@united ${index}` : `@jetblue ${index}`, {
      publishedAt: new Date(Date.UTC(2026, 4, 1 + (index % 7), 12)),
      authorHandle: `writer${index % 50}`,
    }),
  );
  const orders = [
    posts,
    posts.toReversed(),
    [...posts.slice(400), ...posts.slice(0, 600)],
    posts.slice(300, 1_100),
  ];
  const results = await Promise.all(
    orders.map(async (order) => {
      let stored = 0;
      for (let start = 0; start < order.length; start += 150) {
        stored += (await ingestPosts(worker, tenantId, order.slice(start, start + 150))).stored;
      }
      return stored;
    }),
  );

  expect(results.reduce((sum, stored) => sum + stored, 0)).toBe(1_200);
  const [total] = await rows(sql`select
    (select count(*)::int from post where tenant_id = ${tenantId}) as posts,
    (select count(*)::int from post_term where tenant_id = ${tenantId}) as terms,
    (select count(*)::int from mention where tenant_id = ${tenantId}) as mentions,
    (select count(*)::int from mention_tracker where tenant_id = ${tenantId}) as links`);
  expect(total).toEqual({ posts: 1_200, terms: 1_200, mentions: 400, links: 400 });
  const perDay = Object.entries(await counts());
  expect(perDay).toHaveLength(7);
  expect(perDay.every(([key]) => key.startsWith(tracker))).toBe(true);
  expect(perDay.reduce((sum, [, count]) => sum + count, 0)).toBe(400);
  const { data } = await ask('{ suggestPages(prefix: "j") { handle mentions } }');
  expect(data.suggestPages).toEqual([{ handle: 'jetblue', mentions: 800 }]);
});

test('a deleted post leaves feed, numbers and suggestions, and no later copy brings it back', async () => {
  const { track, ingest, feed, events, counts, worker, tenantId, rows, ask } = await tenant();
  await track('United', ['united']);
  await ingest([examplePost('1', '@united hi'), examplePost('2', '@united ho')]);

  expect(await deletePosts(worker, tenantId, [deletion('1')])).toBe(1);
  expect(await deletePosts(worker, tenantId, [deletion('1')])).toBe(0);
  expect(await ingest([examplePost('1', '@united hi')])).toMatchObject({ stored: 0, duplicates: 1 });

  expect((await feed()).map(({ text }) => text)).toEqual(['@united ho']);
  expect(Object.values(await counts())).toEqual([1]);
  expect((await events()).map(({ type }) => type)).toEqual(['mention.matched', 'post.deleted']);
  const [left] = await rows(sql`select text, author_handle as author, handles from post
    where tenant_id = ${tenantId} and external_id = '1'`);
  expect(left).toEqual({ text: '', author: '', handles: [] });
  const { data } = await ask('{ suggestPages(prefix: "united") { mentions } }');
  expect(data.suggestPages).toEqual([{ mentions: 1 }]);
});

test('a deletion that arrives before its post keeps the post out', async () => {
  const { track, ingest, feed, events, worker, tenantId } = await tenant();
  await track('United', ['united']);
  expect(await deletePosts(worker, tenantId, [deletion('1'), deletion('1')])).toBe(0);
  expect(await ingest([examplePost('1', '@united hi')])).toMatchObject({ stored: 0 });
  expect(await feed()).toEqual([]);
  expect(await events()).toEqual([]);
});

test('an edit is matched again; an older version changes nothing', async () => {
  const { track, ingest, feed, counts, worker, tenantId, ask } = await tenant();
  const [united, jetblue] = [await track('United', ['united']), await track('JetBlue', ['jetblue'])];
  await ingest([examplePost('1', '@united hi', { rev: '3' })]);
  const newer = examplePost('1', '@jetblue hi', { rev: '5' });

  expect(await editPosts(worker, tenantId, [newer])).toMatchObject({ edited: 1, stored: 0, duplicates: 0 });
  expect(await editPosts(worker, tenantId, [newer])).toMatchObject({ edited: 0, duplicates: 1 });
  const older = examplePost('1', '@united older', { rev: '4' });
  expect(await editPosts(worker, tenantId, [older])).toMatchObject({ edited: 0, duplicates: 1 });
  expect(await editPosts(worker, tenantId, [examplePost('2', 'new #one')])).toMatchObject({ stored: 1 });

  expect((await feed()).map(({ text, trackers }) => [text, trackers])).toEqual([
    ['@jetblue hi', [{ name: 'JetBlue' }]],
  ]);
  expect(await counts()).toEqual({ [`${jetblue} 2026-05-04`]: 1 });
  expect(united).not.toBe(jetblue);
  const { data } = await ask('{ suggestPages(prefix: "united") { mentions } }');
  expect(data.suggestPages).toEqual([{ mentions: 0 }]);
});

test('posts of one tenant are no mentions of another', async () => {
  const { track, ingest, as } = await tenant();
  await track('United', ['united']);
  await ingest([examplePost('1', '@united hi')]);
  const { data } = await as()(
    '{ mentions { nodes { id } totalCount } trackers { id } suggestPages(prefix: "u") { id } }',
  );
  expect(data).toEqual({ mentions: { nodes: [], totalCount: 0 }, trackers: [], suggestPages: [] });
});
