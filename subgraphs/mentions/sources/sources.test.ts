import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { airlineCsv } from './airline-csv.ts';
import { blueskyCsv } from './bluesky-csv.ts';
import { blueskySearch } from './bluesky-search.ts';
import { fileBytes } from './bytes.ts';
import { formatOf } from './formats.ts';
import { jetstream } from './jetstream.ts';
import { lines } from './lines.ts';
import type { Bytes, Format, SourceItem } from './source.ts';

/** In pieces of seven bytes, so that nothing depends on where a chunk ends. */
async function* bytesOf(text: string | Buffer): Bytes {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 7)
    yield await Promise.resolve(bytes.subarray(start, start + 7));
}

const itemsOf = (format: Format, text: string | Buffer): Promise<SourceItem[]> =>
  Array.fromAsync(format.read(bytesOf(text)));

/** What became of each item: the post's text, or the reason. */
const outcomes = (items: SourceItem[]) =>
  items.map((item) => [item.line, 'post' in item ? item.post.text : 'refused' in item ? item.refused : item]);

const HEADER = 'tweet_id,airline_sentiment,name,text,tweet_created';
const CREATED = '2015-02-24 11:35:52 -0800';
const tweet = (id: string, text: string) => `${id},neutral,someone,${text},${CREATED}`;
const NOT_CSV = 'The row is not valid CSV, or has more or fewer fields than the header.';

test('a tweet keeps its id to the last digit, its time zone and its decoded text', async () => {
  const [item] = await itemsOf(
    airlineCsv,
    `${HEADER}\r\n${tweet('570306133677760513', '@united &amp; #Fun')}\r\n`,
  );
  expect(item).toMatchObject({
    line: 2,
    post: {
      externalId: '570306133677760513',
      text: '@united & #Fun',
      handles: ['united'],
      hashtags: ['fun'],
      publishedAt: new Date('2015-02-24T19:35:52Z'),
    },
  });
});

test('line breaks, quotes and commas inside a quoted field belong to it', async () => {
  const file = [HEADER, tweet('1', '"one\ntwo, ""three"""'), tweet('2', 'four')].join('\n');
  expect(outcomes(await itemsOf(airlineCsv, file))).toEqual([
    [2, 'one\ntwo, "three"'],
    [4, 'four'],
  ]);
});

test.each([
  ['a quote that is never closed', tweet('2', '"two')],
  ['a quote in the middle', tweet('2', '"two" and')],
  ['a field too many', `${tweet('2', 'two')},more`],
  ['a field too few', '2,neutral,someone'],
  ['something else', '%%%'],
  ['an open quote over several lines', tweet('2', '"two\nand\nmore')],
])('a row broken by %s costs only itself', async (_, broken) => {
  const rows = [tweet('1', 'one'), broken, tweet('3', '"thr""ee"'), tweet('4', 'four')];
  const items = outcomes(await itemsOf(airlineCsv, [HEADER, ...rows].join('\n')));
  expect(items.map(([, outcome]) => outcome)).toEqual(['one', NOT_CSV, 'thr"ee', 'four']);
  expect(items[1]?.[0]).toBe(3);
});

test('an open quote in the last row costs only that row', async () => {
  const file = [HEADER, tweet('1', 'one'), tweet('2', '"two')].join('\n');
  expect(outcomes(await itemsOf(airlineCsv, file))).toEqual([
    [2, 'one'],
    [3, NOT_CSV],
  ]);
});

test('a row that is not UTF-8 or too long costs only itself', async () => {
  const rows = [tweet('1', 'one'), tweet('2', 'XX'), tweet('3', 'x'.repeat(1024 * 1024)), tweet('4', 'four')];
  const file = Buffer.from([HEADER, ...rows].join('\n'));
  file.fill(0xff, file.indexOf('XX'), file.indexOf('XX') + 2);
  const read = await Array.fromAsync(
    airlineCsv.read(
      (async function* () {
        yield await Promise.resolve(file);
      })(),
    ),
  );
  expect(outcomes(read)).toEqual([
    [2, 'one'],
    [3, 'The line is not UTF-8 text.'],
    [4, 'The line is longer than 1 MiB.'],
    [5, 'four'],
  ]);
});

test.each([
  ['12a', 'tweet_id is not a whole number of up to 20 digits.'],
  ['123456789012345678901', 'tweet_id is not a whole number of up to 20 digits.'],
])('the id %s is refused', async (id, reason) => {
  expect(outcomes(await itemsOf(airlineCsv, `${HEADER}\n${tweet(id, 'x')}`))).toEqual([[2, reason]]);
});

test('times without an offset and texts beyond the limit are refused', async () => {
  const rows = [
    `1,neutral,someone,x,2015-02-24 11:35:52`,
    tweet('2', 'x'.repeat(25_001)),
    `3,neutral,,x,${CREATED}`,
  ];
  const items = outcomes(await itemsOf(airlineCsv, [HEADER, ...rows].join('\n')));
  expect(items.map(([, reason]) => reason)).toEqual([
    'tweet_created is not a time with an offset, such as 2015-02-24 11:35:52 -0800.',
    'The text is longer than 25,000 characters.',
    'name is empty or longer than 100 characters.',
  ]);
});

test('one damaged id at the beginning condemns the file, one far down only its row', async () => {
  const sound = Array.from({ length: 30 }, (_, index) => tweet(`${index + 1}`, 'x'));
  const early = await itemsOf(airlineCsv, [HEADER, tweet('5.70306E+17', 'x'), ...sound].join('\n'));
  expect(early.every((item) => 'refused' in item && item.refused.includes('damaged by a spreadsheet'))).toBe(
    true,
  );
  const late = await itemsOf(airlineCsv, [HEADER, ...sound, tweet('5.70306E+17', 'x')].join('\n'));
  expect(late.filter((item) => 'refused' in item).map(({ line }) => line)).toEqual([32]);
});

const DID = 'did:plc:amnbije7mr5g3pgxuun7q44o';
const URI = `at://${DID}/app.bsky.feed.post/3mptbyqhi7s2f`;
const SEEN = '2026-07-04T14:38:08.094Z';
const message = (commit: object, more: object = {}) =>
  JSON.stringify({ did: DID, time_us: Date.parse(SEEN) * 1_000 + 841, kind: 'commit', commit, ...more });
const commit = (operation: string, record?: object) => ({
  rev: '3mptbypoy522s',
  operation,
  collection: 'app.bsky.feed.post',
  rkey: '3mptbyqhi7s2f',
  ...(record === undefined ? {} : { record }),
});

test.each([
  ['later than the server', '2026-07-04T15:38:08.094Z', SEEN],
  ['earlier than the server', '2026-07-04T16:38:08+02:30', '2026-07-04T14:08:08.000Z'],
  ['absurd', '0001-01-01T00:00:00Z', SEEN],
  ['no time', 'yesterday', SEEN],
])('a claimed time that is %s is settled by the server’s', async (_, createdAt, published) => {
  const [item] = await itemsOf(jetstream, message(commit('create', { text: 'x', createdAt })));
  expect(item).toMatchObject({
    post: { externalId: URI, publishedAt: new Date(published), rev: '3mptbypoy522s' },
  });
});

test('creates, edits and deletions are told apart, and all else is ignored', async () => {
  const record = {
    text: '@a.example #b',
    createdAt: SEEN,
    langs: ['pt-BR'],
    reply: { parent: { uri: URI } },
  };
  const file = [
    message(commit('create', record)),
    message(commit('update', record)),
    message(commit('delete')),
    message({ ...commit('create', {}), collection: 'app.bsky.feed.like' }),
    message({}, { kind: 'identity' }),
    message({}, { kind: 'something new' }),
  ];
  const items = await itemsOf(jetstream, file.join('\n'));
  expect(items).toMatchObject([
    { post: { handles: ['a.example'], hashtags: ['b'], lang: 'pt-BR', replyTo: URI, authorHandle: DID } },
    { edit: { externalId: URI } },
    { deletion: { externalId: URI, deletedAt: new Date(SEEN) } },
    { ignored: expect.any(String) },
    { ignored: expect.any(String) },
    { ignored: expect.any(String) },
  ]);
});

test.each([
  ['no JSON', '{"did":'],
  ['a number', '7'],
  ['no record', message(commit('create'))],
  ['a text that is a number', message(commit('create', { text: 7 }))],
  ['an unknown operation', message(commit('erase', { text: 'x' }))],
  ['a key that cannot be', message({ ...commit('create', { text: 'x' }), rkey: 'a/b' })],
  ['no server time', message(commit('create', { text: 'x' }), { time_us: 'now' })],
  ['no commit', message('x' as never)],
  ['a deletion of nothing', message({ ...commit('delete'), rkey: 12.5e300 }, { did: 'x' })],
])('a message with %s costs only itself', async (_, line) => {
  const good = message(commit('create', { text: 'good' }));
  const items = await itemsOf(jetstream, [good, line, good].join('\n'));
  expect(items.map((item) => ('post' in item ? 'post' : 'refused' in item ? 'refused' : 'else'))).toEqual([
    'post',
    'refused',
    'post',
  ]);
});

test('a search result must name its post by text; a number in its place is refused', async () => {
  const post = {
    uri: URI,
    author: { handle: 'A.example', displayName: 'A' },
    record: { text: 'x' },
    indexedAt: SEEN,
  };
  const items = await itemsOf(
    blueskySearch,
    JSON.stringify({ posts: [post, { ...post, uri: 1 }, null, { uri: URI }] }),
  );
  expect(items).toMatchObject([
    { line: 1, post: { authorHandle: 'a.example', authorName: 'A' } },
    { line: 2, refused: expect.any(String) },
    { line: 3, refused: expect.any(String) },
    { line: 4, refused: expect.any(String) },
  ]);
});

test.each([
  ['{"posts":', 'The file is not valid JSON.'],
  ['{"posts":{}}', 'The JSON document has no list of posts.'],
])('a document that reads %s is refused whole', async (text, reason) => {
  await expect(itemsOf(blueskySearch, text)).rejects.toThrow(reason);
});

test('a document beyond 64 MiB is refused before it fills the memory', async () => {
  const endless = async function* (): Bytes {
    const chunk = Buffer.alloc(8 * 1024 * 1024, ' ');
    for (;;) yield await Promise.resolve(chunk);
  };
  await expect(Array.fromAsync(blueskySearch.read(endless()))).rejects.toThrow('larger than 64 MiB');
});

test('the form of a file is told by what stands in it', () => {
  expect(formatOf(`\uFEFF${HEADER}\n1,2`)).toBe(airlineCsv);
  expect(formatOf('uri,author,createdAt,indexedAt,text,likeCount\r\n')).toBe(blueskyCsv);
  expect(formatOf(`broken\n${message(commit('delete'))}\n`)).toBe(jetstream);
  expect(formatOf('{\n  "posts": [\n')).toBe(blueskySearch);
  expect(formatOf('{"cursor":"25","posts":[')).toBe(blueskySearch);
  expect(formatOf('id,text\n1,x')).toBeUndefined();
  expect(formatOf('')).toBeUndefined();
});

test('gzip is unpacked, and a file cut off is one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = Array.from({ length: 5_000 }, (_, index) => `line ${index * index}`).join('\n');
  const packed = gzipSync(text);
  const write = (name: string, bytes: Buffer | string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  expect(await Array.fromAsync(lines(fileBytes(write('whole', packed))))).toHaveLength(5_000);
  expect(await Array.fromAsync(lines(fileBytes(write('plain', text))))).toHaveLength(5_000);
  expect(await Array.fromAsync(lines(fileBytes(write('empty', ''))))).toEqual([]);
  const cut = Array.fromAsync(lines(fileBytes(write('cut', packed.subarray(0, packed.length / 2)))));
  await expect(cut).rejects.toThrow('The compressed file is damaged or ends too early.');
});
