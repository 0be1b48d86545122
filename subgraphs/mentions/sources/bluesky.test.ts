import { expect, test } from 'vitest';
import { blueskySearch } from './bluesky-search.ts';
import { collected, itemsOf } from './example-bytes.ts';
import { jetstream } from './jetstream.ts';
import type { Bytes } from './source.ts';

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
  await expect(collected(blueskySearch.read(endless()))).rejects.toThrow('larger than 64 MiB');
});
