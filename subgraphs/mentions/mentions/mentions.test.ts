import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { ingestPosts } from '../ingest/ingest.ts';
import { examplePost } from '../posts/example-post.ts';

const STRANGER = '00000000-0000-4000-8000-000000000000';

/** A tenant with `count` mentions, one per minute, the highest number newest. */
async function tenantWith(count: number) {
  const services = { isMember: (_: string, memberId: string) => Promise.resolve(memberId !== STRANGER) };
  const subgraph = await inProcess('mentions', features, services);
  const tenantId = newId();
  const ask = subgraph.as({ tenantId });
  const trackers = [
    { name: 'United', handles: ['united'] },
    { name: 'Fun', hashtags: ['fun'] },
  ];
  for (const input of trackers) {
    await ask('mutation ($input: CreateTrackerInput!) { createTracker(input: $input) { __typename } }', {
      input,
    });
  }
  const ingest = (from: number, to: number) =>
    ingestPosts(
      subgraph.worker,
      tenantId,
      Array.from({ length: to - from }, (_, index) =>
        examplePost(`${from + index}`, `@united #fun ${from + index}`, {
          publishedAt: new Date(Date.UTC(2026, 4, 4) + (from + index) * 60_000),
        }),
      ),
    );
  await ingest(0, count);
  const ids: string[] = (await ask('{ mentions(first: 100) { nodes { id } } }')).data.mentions?.nodes.map(
    ({ id }: { id: string }) => id,
  );
  return { ...subgraph, tenantId, ask, ingest, ids };
}

const FEED = `query ($first: Int, $after: String, $filter: MentionFilter) {
  mentions(first: $first, after: $after, filter: $filter) {
    nodes { text } pageInfo { hasNextPage endCursor } totalCount
  }
}`;

const UPDATE = `mutation ($input: UpdateMentionsInput!) {
  updateMentions(input: $input) {
    __typename
    ... on MentionsUpdated { mentions { id status tags assignee { id } } }
    ... on Problem { message }
  }
}`;

const textsOf = (nodes: { text: string }[]): number[] =>
  nodes.map(({ text }) => Number(text.split(' ').at(-1)));

test('50 mentions with trackers and assignees cost two statements', async () => {
  const { ask, ids, statements } = await tenantWith(50);
  await ask(UPDATE, { input: { ids, assigneeId: newId() } });
  statements.length = 0;

  const { data, errors } = await ask(
    '{ mentions(first: 50) { nodes { text trackers { name } assignee { id } } } }',
  );
  expect(errors).toEqual([]);
  expect(data.mentions.nodes).toHaveLength(50);
  expect(data.mentions.nodes[49]).toEqual({
    text: '@united #fun 0',
    trackers: [{ name: 'Fun' }, { name: 'United' }],
    assignee: { id: expect.any(String) },
  });
  expect(statements).toHaveLength(2);
});

test('pages stay what they were while new mentions arrive', async () => {
  const { ask, ingest } = await tenantWith(10);
  const first = (await ask(FEED, { first: 4 })).data.mentions;
  expect(textsOf(first.nodes)).toEqual([9, 8, 7, 6]);
  await ingest(10, 15);
  const second = (await ask(FEED, { first: 4, after: first.pageInfo.endCursor })).data.mentions;
  expect(textsOf(second.nodes)).toEqual([5, 4, 3, 2]);
  const third = (await ask(FEED, { first: 4, after: second.pageInfo.endCursor })).data.mentions;
  expect(textsOf(third.nodes)).toEqual([1, 0]);
  expect(third.pageInfo).toEqual({ hasNextPage: false, endCursor: expect.any(String) });
  expect(third.totalCount).toBe(15);
});

test('filters narrow feed and count, and a cursor belongs to its filter', async () => {
  const { ask, ids } = await tenantWith(6);
  const { trackers } = (await ask('{ trackers { id name } }')).data;
  await ask(UPDATE, { input: { ids: ids.slice(0, 2), status: 'DONE' } });
  const done = (await ask(FEED, { filter: { status: 'DONE', trackerId: trackers[0].id } })).data.mentions;
  expect(textsOf(done.nodes)).toEqual([5, 4]);
  expect(done.totalCount).toBe(2);
  expect((await ask(FEED, { filter: { trackerId: newId() } })).data.mentions.totalCount).toBe(0);
  const { errors } = await ask(FEED, { after: done.pageInfo.endCursor });
  expect(errors).toEqual(['mentions: BAD_USER_INPUT']);
});

test.each([
  ['first: 0', 'first must be from 1 to 100.'],
  ['first: 101', 'first must be from 1 to 100.'],
  ['after: "x"', 'after is not a cursor of this list.'],
  ['filter: { trackerId: "x" }', 'trackerId is not an id.'],
])('mentions(%s) is refused with a reason', async (args, message) => {
  const { ask } = await tenantWith(0);
  const { errors, messages } = await ask(`{ mentions(${args}) { nodes { id } } }`);
  expect(errors).toEqual(['mentions: BAD_USER_INPUT']);
  expect(messages).toEqual([message]);
});

test('assigning opens the work and taking away closes it, unless the caller says otherwise', async () => {
  const { ask, ids } = await tenantWith(2);
  const assigneeId = newId();
  const update = async (input: object) =>
    (await ask(UPDATE, { input: { ids, ...input } })).data.updateMentions.mentions[0];
  expect(await update({ assigneeId })).toMatchObject({ status: 'ASSIGNED', assignee: { id: assigneeId } });
  expect(await update({ tags: [' press ', 'press'] })).toMatchObject({ status: 'ASSIGNED', tags: ['press'] });
  expect(await update({ assigneeId: null })).toMatchObject({
    status: 'OPEN',
    assignee: null,
    tags: ['press'],
  });
  expect(await update({ status: 'DONE', tags: [] })).toMatchObject({ status: 'DONE', tags: [] });
  expect(await update({ assigneeId })).toMatchObject({ status: 'DONE', assignee: { id: assigneeId } });
  expect(await update({ assigneeId: null, status: 'DISMISSED' })).toMatchObject({ status: 'DISMISSED' });
});

test('an update answers the mentions in the order asked for, without those that are not the tenant’s', async () => {
  const [{ ask, ids }, other] = [await tenantWith(3), await tenantWith(1)];
  const wanted = [ids[2], other.ids[0], 'x', ids[0], ids[0]];
  const { data } = await ask(UPDATE, { input: { ids: wanted, status: 'DONE' } });
  expect(data.updateMentions.mentions.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[0]]);
  const { data: theirs } = await other.ask('{ mentions { nodes { status } } }');
  expect(theirs.mentions.nodes).toEqual([{ status: 'OPEN' }]);
});

test.each([
  [{ ids: [] }, 'MentionUpdateInvalid', 'ids must name 1 to 100 mentions.'],
  [{ ids: Array.from({ length: 101 }, newId) }, 'MentionUpdateInvalid', 'ids must name 1 to 100 mentions.'],
  [{ tags: [''] }, 'MentionUpdateInvalid', 'A tag has 1 to 50 characters, none of them control characters.'],
  [
    { tags: ['a\u0000'] },
    'MentionUpdateInvalid',
    'A tag has 1 to 50 characters, none of them control characters.',
  ],
  [
    { tags: Array.from({ length: 21 }, (_, tag) => `${tag}`) },
    'MentionUpdateInvalid',
    'A mention has at most 20 tags.',
  ],
  [{ assigneeId: STRANGER }, 'AssigneeUnknown', 'Nobody active in this tenant has that member id.'],
  [{ assigneeId: 'x' }, 'AssigneeUnknown', 'Nobody active in this tenant has that member id.'],
])('an update with %j is refused as %s', async (input, problem, message) => {
  const { ask, ids } = await tenantWith(1);
  const { data } = await ask(UPDATE, { input: { ids, ...input } });
  expect(data.updateMentions).toEqual({ __typename: problem, message });
});

const ASSIGNED = `query ($members: [_Any!]!, $first: Int, $after: String) {
  _entities(representations: $members) {
    ... on Member { id assignedMentions(first: $first, after: $after) {
      nodes { text } pageInfo { hasNextPage endCursor } totalCount
    } }
  }
}`;
const memberOf = (id: string) => ({ __typename: 'Member', id });

test('the work of many members is one statement, each with pages of its own', async () => {
  const { ask, ids, statements } = await tenantWith(7);
  const [ana, bo, idle] = [newId(), newId(), newId()];
  await ask(UPDATE, { input: { ids: ids.slice(0, 5), assigneeId: ana } });
  await ask(UPDATE, { input: { ids: ids.slice(5), assigneeId: bo } });
  const members = [ana, bo, idle, ana].map(memberOf);
  statements.length = 0;
  const { data } = await ask(ASSIGNED.replace('totalCount', ''), { members, first: 3 });
  expect(statements).toHaveLength(1);
  const pages = data._entities.map(
    ({ assignedMentions }: { assignedMentions: { nodes: { text: string }[] } }) =>
      textsOf(assignedMentions.nodes),
  );
  expect(pages).toEqual([[6, 5, 4], [1, 0], [], [6, 5, 4]]);
  const after = data._entities[0].assignedMentions.pageInfo.endCursor;
  const next = await ask(ASSIGNED, { members: [memberOf(ana)], first: 3, after });
  expect(next.data._entities[0].assignedMentions).toMatchObject({
    totalCount: 5,
    pageInfo: { hasNextPage: false },
  });
  expect(textsOf(next.data._entities[0].assignedMentions.nodes)).toEqual([3, 2]);
});

test('one mention is found by its id, one of another tenant is not', async () => {
  const [{ ask, ids, as }, id] = [await tenantWith(1), newId()];
  const one = 'query ($id: ID!) { mention(id: $id) { author authorName source status tags publishedAt } }';
  expect((await ask(one, { id: ids[0] })).data.mention).toEqual({
    author: 'writer',
    authorName: 'A Writer',
    source: 'demo',
    status: 'OPEN',
    tags: [],
    publishedAt: '2026-05-04T00:00:00.000Z',
  });
  for (const [who, wanted] of [[ask, id] as const, [ask, 'x'] as const, [as(), ids[0]] as const]) {
    expect(await who(one, { id: wanted })).toMatchObject({ data: { mention: null }, errors: [] });
  }
});

test.each([
  ['{ mentions { nodes { id } } }', 'mentions', 'mentions.read', ['trackers.read', 'trackers.manage']],
  ['{ mention(id: "x") { id } }', 'mention', 'mentions.read', ['trackers.read', 'trackers.manage']],
  [
    'mutation { updateMentions(input: { ids: ["x"] }) { __typename } }',
    'updateMentions',
    'mentions.manage',
    ['mentions.read', 'trackers.manage'],
  ],
] as const)('%s needs a permission and somebody who has it', async (operation, field, permission, others) => {
  const { as } = await tenantWith(0);
  expect((await as({ permissions: others })(operation)).errors).toEqual([`${field}: FORBIDDEN`]);
  expect((await as({ anonymous: true })(operation)).errors).toEqual([`${field}: UNAUTHENTICATED`]);
  expect((await as({ permissions: [permission] })(operation)).errors).toEqual([]);
});
