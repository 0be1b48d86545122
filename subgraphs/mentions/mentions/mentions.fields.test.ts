import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { allow, deny } from '@chorus/tests/harness/grants.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { listeningTenant, testServices } from '../testing.ts';

async function mentions() {
  const subgraph = await inProcess('mentions', features, testServices);
  return { ...subgraph, ...(await listeningTenant(subgraph)) };
}

const READ = allow('mentions.read');
const hide = (fields: readonly string[], conditions?: Condition): Grant => ({
  ...deny('mentions.read', conditions),
  fields,
});
const WRITER = ['authorHandle', 'authorName'];

const FEED = '{ mentions { nodes { text author authorName url status } } }';
const WHO = '{ mentions { nodes { text author } } }';

test('who wrote it can be hidden, and all else is shown', async () => {
  const { roleOf, store } = await mentions();
  await store({ text: '@united', url: 'https://example.test/1' });
  const { data, errors } = await roleOf(READ, hide(WRITER))(FEED);
  expect(data.mentions.nodes).toEqual([
    { text: '@united', author: null, authorName: null, url: 'https://example.test/1', status: 'OPEN' },
  ]);
  expect(errors.toSorted()).toEqual([
    'mentions.nodes.0.author: FORBIDDEN',
    'mentions.nodes.0.authorName: FORBIDDEN',
  ]);
});

test('a role allowed some fields only is refused the others that can be hidden', async () => {
  const { roleOf, store } = await mentions();
  await store({ text: '@united', url: 'https://example.test/1' });
  const { data, errors } = await roleOf({ ...READ, fields: ['text'] })(FEED);
  expect(data.mentions.nodes).toEqual([
    { text: '@united', author: null, authorName: null, url: null, status: 'OPEN' },
  ]);
  expect(errors).toHaveLength(3);
});

test.each<[string, (trackerId: string) => Condition]>([
  ['its trackers', (trackerId) => ({ op: 'eq', field: 'trackerIds', value: trackerId })],
  ['its language', () => ({ op: 'eq', field: 'lang', value: 'de' })],
  ['its time', () => ({ op: 'gte', field: 'publishedAt', value: '2026-05-04T00:02:00.000Z' })],
])('a field is hidden only where its rule about %s holds', async (_, condition) => {
  const { roleOf, store, trackers } = await mentions();
  await store('@united', { text: '@united @delta', lang: 'de' });
  const ask = roleOf(READ, hide(WRITER, condition(trackers.delta)));
  const { data, errors } = await ask(WHO);
  expect(data.mentions.nodes).toEqual([
    { text: '@united @delta', author: null },
    { text: '@united', author: 'writer' },
  ]);
  expect(errors).toEqual(['mentions.nodes.0.author: FORBIDDEN']);
});

test('what is hidden in the feed is hidden wherever a mention is found', async () => {
  const { admin, roleOf, store } = await mentions();
  const [id] = await store('@united');
  const [assigneeId, fields] = [newId(), '{ id text author }'];
  await admin(
    `mutation { updateMentions(input: { ids: ["${id}"], assigneeId: "${assigneeId}" }) { __typename } }`,
  );
  const ask = roleOf(READ, allow('mentions.manage'), hide(['text', ...WRITER]));
  const hidden = { id, text: null, author: null };

  expect((await ask(`{ mention(id: "${id}") ${fields} }`)).data.mention).toEqual(hidden);
  const update = await ask(`mutation { updateMentions(input: { ids: ["${id}"], tags: ["a"] }) {
    ... on MentionsUpdated { mentions ${fields} } } }`);
  expect(update.data.updateMentions.mentions).toEqual([hidden]);
  const entities = `query ($it: [_Any!]!) { _entities(representations: $it) {
    ... on Mention ${fields} ... on Member { assignedMentions { nodes ${fields} } } } }`;
  const it = [
    { __typename: 'Mention', id, text: 'said by the client', author: 'somebody' },
    { __typename: 'Member', id: assigneeId },
  ];
  expect((await ask(entities, { it })).data._entities).toEqual([
    hidden,
    { assignedMentions: { nodes: [hidden] } },
  ]);
});

test('who may not see writers is not offered their pages', async () => {
  const { admin, roleOf, store } = await mentions();
  await store('@united');
  const suggest = '{ suggestPages(prefix: "w") { id handle } }';
  const [page] = (await admin(suggest)).data.suggestPages;
  const ask = roleOf(READ, hide(WRITER));
  expect((await ask(suggest)).errors).toEqual(['suggestPages: FORBIDDEN']);
  const entity = 'query ($it: [_Any!]!) { _entities(representations: $it) { ... on Page { handle } } }';
  const { data } = await ask(entity, { it: [{ __typename: 'Page', id: page.id }] });
  expect(data._entities).toEqual([null]);
});

test('only callers with rules about fields make the database tell what these ask for', async () => {
  const { admin, roleOf, statements } = await mentions();
  await admin(WHO);
  const [feed] = statements.splice(0);
  expect(feed).not.toContain('mention_tracker');
  await roleOf(READ, hide(WRITER))(WHO);
  expect(statements.splice(0)[0]).toContain('mention_tracker');
});
