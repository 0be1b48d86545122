import type { Condition } from '@chorus/shared/conditions.ts';
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

const matchedBy = (...trackers: string[]): Condition => ({ op: 'in', field: 'trackerIds', value: trackers });
const assignedTo = (member: string): Condition => ({ op: 'eq', field: 'assigneeId', value: member });

const FEED = `query ($first: Int = 100, $after: String, $filter: MentionFilter) {
  mentions(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { endCursor } totalCount }
}`;
const ONE = 'query ($id: ID!) { mention(id: $id) { id } }';
const ENTITIES = 'query ($it: [_Any!]!) { _entities(representations: $it) { ... on Mention { id } } }';
const ASSIGNED = `query ($it: [_Any!]!) {
  _entities(representations: $it) { ... on Member { assignedMentions { nodes { id } totalCount } } }
}`;
const UPDATE = `mutation ($input: UpdateMentionsInput!) {
  updateMentions(input: $input) { ... on MentionsUpdated { mentions { id } } }
}`;

const feedOf = (ids: readonly string[]) => ({
  nodes: ids.map((id) => ({ id })),
  pageInfo: { endCursor: expect.anything() },
  totalCount: ids.length,
});

test('a role limited to two trackers sees, counts and changes only what they matched', async () => {
  const { admin, roleOf, store, trackers } = await mentions();
  const [first, second, hidden, both] = await store('@united', '@delta', '@alaska', '@united @alaska');
  const ids = [first, second, hidden, both];
  const limits = matchedBy(trackers.united, trackers.delta);
  const ask = roleOf(allow('mentions.read', limits), allow('mentions.manage', limits));

  expect((await ask(FEED)).data.mentions).toMatchObject(feedOf([both!, second!, first!]));
  expect((await ask(ONE, { id: hidden })).data).toEqual({ mention: null });
  const it = ids.map((id) => ({ __typename: 'Mention', id }));
  expect((await ask(ENTITIES, { it })).data._entities).toEqual([
    { id: first },
    { id: second },
    null,
    { id: both },
  ]);
  const { data } = await ask(UPDATE, { input: { ids, status: 'DONE' } });
  expect(data.updateMentions.mentions).toEqual([{ id: first }, { id: second }, { id: both }]);
  expect((await admin(FEED, { filter: { status: 'OPEN' } })).data.mentions).toMatchObject(feedOf([hidden!]));
});

test('who may only see their own assignments gets no totals by the back door', async () => {
  const { admin, as, tenantId, store } = await mentions();
  const [mine, theirs] = await store('@united', '@united', '@united');
  const [me, other] = [newId(), newId()];
  await admin(UPDATE, { input: { ids: [mine], assigneeId: me } });
  await admin(UPDATE, { input: { ids: [theirs], assigneeId: other } });
  const ask = as({ tenantId, subject: me, grants: [allow('mentions.read', assignedTo('{{subject}}'))] });

  expect((await ask(FEED)).data.mentions).toMatchObject(feedOf([mine!]));
  expect((await ask(FEED, { filter: { status: 'OPEN' } })).data.mentions.totalCount).toBe(0);
  const it = [me, other].map((id) => ({ __typename: 'Member', id }));
  expect((await ask(ASSIGNED, { it })).data._entities).toEqual([
    { assignedMentions: { nodes: [{ id: mine }], totalCount: 1 } },
    { assignedMentions: { nodes: [], totalCount: 0 } },
  ]);
  expect((await ask('{ suggestPages(prefix: "u") { handle mentions } }')).errors).toEqual([
    'suggestPages: FORBIDDEN',
  ]);
});

test('a deny takes rows away from what others allow, and nobody’s work is not somebody’s', async () => {
  const { admin, roleOf, store } = await mentions();
  const [taken, open] = await store('@united', '@united');
  const boss = newId();
  await admin(UPDATE, { input: { ids: [taken], assigneeId: boss } });

  const exceptBoss = roleOf(allow('mentions.read'), deny('mentions.read', assignedTo(boss)));
  expect((await exceptBoss(FEED)).data.mentions).toMatchObject(feedOf([open!]));
  const notBoss: Condition = { op: 'ne', field: 'assigneeId', value: boss };
  expect((await roleOf(allow('mentions.read', notBoss))(FEED)).data.mentions).toMatchObject(feedOf([open!]));
  const nobody: Condition = { op: 'exists', field: 'assigneeId', value: false };
  const exceptNobody = roleOf(allow('mentions.read'), deny('mentions.read', nobody));
  expect((await exceptNobody(FEED)).data.mentions).toMatchObject(feedOf([taken!]));
});

test('pages under conditions stay what they were while other mentions arrive', async () => {
  const { roleOf, store, trackers } = await mentions();
  const ids = await store(...Array.from({ length: 12 }, (_, number) => (number % 2 ? '@united' : '@delta')));
  const seen = ids.filter((_, number) => number % 2).toReversed();
  const ask = roleOf(allow('mentions.read', matchedBy(trackers.united)));
  const first = (await ask(FEED, { first: 4 })).data.mentions;
  await store('@delta', '@united', '@delta');
  const second = (await ask(FEED, { first: 4, after: first.pageInfo.endCursor })).data.mentions;

  expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(seen);
  expect([first.totalCount, second.totalCount]).toEqual([6, 7]);
});

test('what may be read but not managed stays as it is; what may be managed but not read is not answered', async () => {
  const { admin, roleOf, store, trackers } = await mentions();
  const [united, delta] = await store('@united', '@delta');
  const ask = roleOf(
    allow('mentions.read', matchedBy(trackers.united)),
    allow('mentions.manage', matchedBy(trackers.delta)),
  );
  const { data } = await ask(UPDATE, { input: { ids: [united, delta], status: 'DISMISSED' } });
  expect(data.updateMentions.mentions).toEqual([]);
  const dismissed = await admin(FEED, { filter: { status: 'DISMISSED' } });
  expect(dismissed.data.mentions).toMatchObject(feedOf([delta!]));
});

test('who hands over their own work does not see it afterwards', async () => {
  const { admin, as, tenantId, store } = await mentions();
  const [id] = await store('@united');
  const [me, other] = [newId(), newId()];
  await admin(UPDATE, { input: { ids: [id], assigneeId: me } });
  const own = assignedTo('{{subject}}');
  const grants = [allow('mentions.read', own), allow('mentions.manage', own)];
  const ask = as({ tenantId, subject: me, grants });
  const hand = async () => (await ask(UPDATE, { input: { ids: [id], assigneeId: other } })).data;
  expect(await hand()).toEqual({ updateMentions: { mentions: [] } });
  const it = [{ __typename: 'Member', id: other }];
  expect((await admin(ASSIGNED, { it })).data._entities[0].assignedMentions.totalCount).toBe(1);
});

test('a tracker the caller may not see filters like one that does not exist', async () => {
  const { roleOf, store, trackers } = await mentions();
  const [, both] = await store('@delta', '@united @delta');
  const onlyUnited: Condition = { op: 'eq', field: 'id', value: trackers.united };
  const ask = roleOf(allow('mentions.read'), allow('trackers.read', onlyUnited));
  const by = async (trackerId: string) => (await ask(FEED, { filter: { trackerId } })).data.mentions;
  expect(await by(trackers.united)).toMatchObject(feedOf([both!]));
  expect(await by(trackers.delta)).toMatchObject({ nodes: [], totalCount: 0 });
});

test('rules of one tenant say nothing about another', async () => {
  const { as, store, trackers } = await mentions();
  const [id] = await store('@united');
  const stranger = as({
    grants: [allow('mentions.read', matchedBy(trackers.united)), allow('mentions.manage')],
  });
  expect((await stranger(FEED)).data.mentions).toMatchObject({ nodes: [], totalCount: 0 });
  expect((await stranger(ONE, { id })).data).toEqual({ mention: null });
  const { data } = await stranger(UPDATE, { input: { ids: [id], status: 'DONE' } });
  expect(data.updateMentions.mentions).toEqual([]);
});

test('callers who may see every row ask the database what they always asked', async () => {
  const { admin, roleOf, statements, trackers } = await mentions();
  await admin(FEED);
  const [list, count] = statements.splice(0);
  expect(list).toMatch(/ where "mention"\."tenant_id" = \$1 order by /);
  expect(count).toMatch(/ where "mention"\."tenant_id" = \$1 limit /);
  const everything = [allow('mentions.read'), allow('mentions.read', matchedBy(trackers.united))];
  await roleOf(...everything)(FEED);
  expect(statements.splice(0)).toEqual([list, count]);
});
