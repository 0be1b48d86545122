import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { newId } from '@chorus/shared/id.ts';
import { hasRealData, realData } from '@chorus/tests/harness/data.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../features.ts';
import { importFile } from './import-file.ts';

async function tenant() {
  const { as, worker } = await inProcess('mentions', features, { isMember: () => Promise.resolve(true) });
  const tenantId = newId();
  return {
    ask: as({ tenantId }),
    stranger: as(),
    importFrom: (path: string) => importFile({ database: worker, tenantId, path }),
    stored: async () => {
      const rows = await worker
        .statements(tenantId)
        .execute<{ id: string }>(
          sql`select external_id as id from post where tenant_id = ${tenantId} and deleted_at is null`,
        );
      return rows.map(({ id }) => id);
    },
  };
}

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'posts'), content);
  return join(folder, 'posts');
}

const createTracker = `mutation ($input: CreateTrackerInput!) {
  createTracker(input: $input) { ... on Tracker { id } }
}`;

test.skipIf(!hasRealData)(
  'the airline tweets: 14,640 rows are 14,485 posts, and the airlines’ trackers match',
  { timeout: 60_000 },
  async () => {
    const { ask, stranger, importFrom, stored } = await tenant();
    const input = { name: 'Virgin America', handles: ['@VirginAmerica'] };
    const { data } = await ask(createTracker, { input });
    const file = realData('posts/airline-tweets.csv.gz');

    const first = await importFrom(file);
    expect(first).toMatchObject({
      format: 'airline-csv',
      read: 14_640,
      stored: 14_485,
      duplicates: 155,
      refused: 0,
    });
    expect(await importFrom(file)).toMatchObject({ read: 14_640, stored: 0, duplicates: 14_640, matched: 0 });

    const ids = await stored();
    expect(ids).toHaveLength(14_485);
    expect(ids).toContain('570306133677760513');
    const trackerId = data.createTracker.id;
    const feed =
      'query ($filter: MentionFilter) { mentions(first: 1, filter: $filter) { totalCount nodes { text } } }';
    const { mentions } = (await ask(feed, { filter: { trackerId } })).data;
    expect(mentions.totalCount).toBe(first.matched);
    expect(mentions.nodes[0].text).toContain('@VirginAmerica');
    expect((await stranger(feed)).data.mentions).toEqual({ totalCount: 0, nodes: [] });
  },
);

test.skipIf(!hasRealData)(
  'the copy that a spreadsheet damaged is refused row by row, and nothing is stored',
  async () => {
    const { importFrom, stored } = await tenant();
    const report = await importFrom(realData('posts/airline-tweets.excel-mangled.csv.gz'));
    expect(report).toMatchObject({ read: 14_640, stored: 0, duplicates: 0, refused: 14_640 });
    expect(report.refusedFor).toEqual([
      {
        reason: expect.stringContaining('damaged by a spreadsheet'),
        count: 14_640,
        firstLines: [2, 3, 4, 5, 6],
      },
    ]);
    expect(await stored()).toEqual([]);
  },
);

test.skipIf(!hasRealData)('the Jetstream capture: 152 messages are 17 posts and a deletion', async () => {
  const { importFrom } = await tenant();
  const file = realData('posts/jetstream-v1-window.jsonl');
  const counts = { read: 152, deletions: 1, deleted: 0, ignored: 134, refused: 0 };
  expect(await importFrom(file)).toMatchObject({ ...counts, stored: 17, duplicates: 0 });
  expect(await importFrom(file)).toMatchObject({ ...counts, stored: 0, duplicates: 17 });
});

test.skipIf(!hasRealData).each([
  ['bluesky-search-posts.json.gz', 998, 'bluesky-search'],
  ['bluesky-hashtag-posts.csv.gz', 8_140, 'bluesky-csv'],
])('every Bluesky post of %s is stored, once', async (name, posts, format) => {
  const { importFrom } = await tenant();
  const file = realData(`posts/${name}`);
  expect(await importFrom(file)).toMatchObject({
    format,
    read: posts,
    stored: posts,
    duplicates: 0,
    refused: 0,
  });
  expect(await importFrom(file)).toMatchObject({ read: posts, stored: 0, duplicates: posts });
});

const HEADER = 'tweet_id,airline_sentiment,name,text,tweet_created\n';
const row = (id: number, text: string) => `${id},neutral,someone,${text},2015-02-24 11:35:52 -0800\n`;

test('a broken line costs that line, and the report says which and why', async () => {
  const { importFrom } = await tenant();
  const rows = Array.from({ length: 2_500 }, (_, index) =>
    row(index + 1, index === 1_233 ? '"open' : 'fine'),
  );
  const report = await importFrom(fileWith(HEADER + rows.join('')));
  expect(report).toMatchObject({ read: 2_500, stored: 2_499, refused: 1 });
  expect(report.refusedFor).toEqual([{ reason: expect.any(String), count: 1, firstLines: [1_235] }]);
});

test('a file of no known form, an empty file and a broken header are one sentence each', async () => {
  const { importFrom } = await tenant();
  await expect(importFrom(fileWith('hello'))).rejects.toThrow(
    /^What is in the file is none of: a CSV of tweets/,
  );
  await expect(importFrom(fileWith(''))).rejects.toThrow('The file is empty.');
});
