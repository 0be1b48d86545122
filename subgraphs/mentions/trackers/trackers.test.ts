import { sql } from 'drizzle-orm';
import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { deletePosts } from '../ingest/changes.ts';
import { ingestPosts } from '../ingest/ingest.ts';
import { examplePost } from '../posts/example-post.ts';

async function tenant() {
  const subgraph = await inProcess('mentions', features, { isMember: () => Promise.resolve(true) });
  const tenantId = newId();
  const ask = subgraph.as({ tenantId });
  return {
    ...subgraph,
    tenantId,
    ask,
    create: async (input: object) => (await ask(CREATE, { input })).data.createTracker,
    remove: async (id: string) => (await ask(DELETE, { input: { id } })).data.deleteTracker,
    /** What the events say of each tracker, summed per day. */
    told: async () => {
      const events = await subgraph.worker
        .statements(tenantId)
        .execute<{ data: { counts: { trackerId: string; day: string; count: number }[] } }>(
          sql`select data from outbox where tenant_id = ${tenantId} and type <> 'cache.invalidated' order by sequence`,
        );
      const totals = new Map<string, Record<string, number>>();
      for (const { trackerId, day, count } of events.flatMap(({ data }) => data.counts)) {
        const days = totals.get(trackerId) ?? {};
        days[day] = (days[day] ?? 0) + count;
        totals.set(trackerId, days);
      }
      return totals;
    },
  };
}

const CREATE = `mutation ($input: CreateTrackerInput!) {
  createTracker(input: $input) {
    __typename
    ... on Tracker { id name handles hashtags }
    ... on Problem { message }
  }
}`;
const DELETE = `mutation ($input: DeleteTrackerInput!) {
  deleteTracker(input: $input) { __typename ... on TrackerDeleted { id } }
}`;

const posts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => from + index).map((number) =>
    examplePost(`${number}`, ['@United hi', '#Fun @united', '#fun #FUN', 'nothing'][number % 4], {
      publishedAt: new Date(Date.UTC(2026, 4, 1 + (number % 5), 12, 0, number)),
    }),
  );

test('handles and hashtags are kept in one form, whatever way they are written', async () => {
  const { create } = await tenant();
  const input = {
    name: '  The   airline ',
    handles: ['@United', 'UNITED', 'United.com'],
    hashtags: ['#Fly', 'ＦＬＹ'],
  };
  expect(await create(input)).toMatchObject({
    __typename: 'Tracker',
    name: 'The airline',
    handles: ['united', 'united.com'],
    hashtags: ['fly'],
  });
});

test('a new tracker finds what is stored exactly as if it had listened all along', async () => {
  const { create, ask, worker, tenantId, told } = await tenant();
  const early = await create({ name: 'Early', handles: ['united'], hashtags: ['fun'] });
  await ingestPosts(worker, tenantId, posts(200));
  const deletion = { source: 'demo' as const, deletedAt: new Date(), rev: null };
  await deletePosts(worker, tenantId, [
    { ...deletion, externalId: '1' },
    { ...deletion, externalId: '2' },
  ]);
  const late = await create({ name: 'Late', handles: ['united'], hashtags: ['fun'] });

  const counts = await told();
  expect(counts.get(late.id)).toEqual(counts.get(early.id));
  expect(Object.values(counts.get(late.id) ?? {}).reduce((sum, count) => sum + count, 0)).toBe(148);
  const feed =
    'query ($filter: MentionFilter) { mentions(first: 100, filter: $filter) { nodes { id } totalCount } }';
  const of = async (trackerId: string) => (await ask(feed, { filter: { trackerId } })).data.mentions;
  expect(await of(late.id)).toEqual(await of(early.id));
});

test('trackers created while posts arrive miss nothing and count nothing twice', async () => {
  const { create, worker, tenantId, told } = await tenant();
  const ingesting = (async () => {
    for (let from = 0; from < 1_000; from += 100) await ingestPosts(worker, tenantId, posts(100, from));
  })();
  const created = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const { id } = await create({ name: `Tracker ${number}`, handles: ['united'] });
      return id as string;
    }),
  );
  await ingesting;
  const counts = await told();
  for (const id of created) {
    expect(Object.values(counts.get(id) ?? {}).reduce((sum, count) => sum + count, 0)).toBe(500);
  }
});

test('a deleted tracker takes its numbers and only its own mentions along', async () => {
  const { create, remove, ask, worker, tenantId, told } = await tenant();
  const [united, fun] = [
    await create({ name: 'A', handles: ['united'] }),
    await create({ name: 'B', hashtags: ['fun'] }),
  ];
  await ingestPosts(worker, tenantId, posts(4));
  expect(await remove(united.id)).toEqual({ __typename: 'TrackerDeleted', id: united.id });
  expect(await remove(united.id)).toEqual({ __typename: 'TrackerNotFound' });
  const { data } = await ask('{ trackers { id } mentions { nodes { text trackers { id } } } }');
  expect(data.trackers).toEqual([{ id: fun.id }]);
  expect(data.mentions.nodes).toEqual([
    { text: '#fun #FUN', trackers: [{ id: fun.id }] },
    { text: '#Fun @united', trackers: [{ id: fun.id }] },
  ]);
  expect(Object.values((await told()).get(united.id) ?? {}).every((count) => count === 0)).toBe(true);
});

test('names are unique within a tenant, not across tenants', async () => {
  const [{ create }, other] = [await tenant(), await tenant()];
  const input = { name: 'Ours', handles: ['ours'] };
  expect(await create(input)).toMatchObject({ __typename: 'Tracker' });
  expect(await create({ ...input, name: 'OURS' })).toEqual({
    __typename: 'TrackerNameTaken',
    message: 'A tracker named OURS exists.',
  });
  expect(await other.create(input)).toMatchObject({ __typename: 'Tracker' });
});

const NAME = 'The name must have 1 to 100 characters, none of them control characters.';

test.each([
  [{ name: ' ', handles: ['a'] }, NAME],
  [{ name: 'x'.repeat(101), handles: ['a'] }, NAME],
  [{ name: 'a\u0000', handles: ['a'] }, NAME],
  [{ name: 'a', handles: [], hashtags: [] }, 'A tracker needs a handle or a hashtag.'],
  [{ name: 'a', handles: ['not a handle'] }, '"not a handle" is not a handle.'],
  [{ name: 'a', handles: ['@@a'] }, '"@a" is not a handle.'],
  [{ name: 'a', hashtags: ['2026'] }, '"2026" is not a hashtag.'],
  [{ name: 'a', hashtags: ['a b'] }, '"a b" is not a hashtag.'],
  [
    { name: 'a', handles: Array.from({ length: 51 }, (_, handle) => `a${handle}`) },
    'A tracker has at most 50 handles and hashtags together.',
  ],
])('%j is refused with a reason', async (input, message) => {
  const { create } = await tenant();
  expect(await create(input)).toEqual({ __typename: 'TrackerInvalid', message });
});

test('a tenant has at most 500 trackers', async () => {
  const { create, worker, tenantId } = await tenant();
  await worker.statements(tenantId).execute(sql`
    insert into tracker (tenant_id, id, name, handles, hashtags)
    select ${tenantId}::uuid, gen_random_uuid(), 'Tracker ' || number, '{a}', '{}' from generate_series(1, 500) as number`);
  expect(await create({ name: 'One more', handles: ['a'] })).toMatchObject({
    __typename: 'TrackerLimitReached',
  });
});

test('one tracker is found by its id, as an entity too, and not by another tenant', async () => {
  const { create, ask, as } = await tenant();
  const { id } = await create({ name: 'Ours', handles: ['ours'] });
  const one = 'query ($id: ID!) { tracker(id: $id) { name } }';
  const entity = 'query ($it: [_Any!]!) { _entities(representations: $it) { ... on Tracker { name } } }';
  const it = [{ __typename: 'Tracker', id }];
  expect((await ask(one, { id })).data.tracker).toEqual({ name: 'Ours' });
  expect((await ask(entity, { it })).data._entities).toEqual([{ name: 'Ours' }]);
  expect((await as()(one, { id })).data.tracker).toBeNull();
  expect((await as()(entity, { it })).data._entities).toEqual([null]);
  expect((await ask(one, { id: 'x' })).data.tracker).toBeNull();
});

test.each([
  ['{ trackers { id } }', 'trackers', 'trackers.read', ['mentions.read', 'mentions.manage']],
  ['{ tracker(id: "x") { id } }', 'tracker', 'trackers.read', ['mentions.read', 'mentions.manage']],
  [
    'mutation { createTracker(input: { name: "a" }) { __typename } }',
    'createTracker',
    'trackers.manage',
    ['trackers.read', 'mentions.manage'],
  ],
  [
    'mutation { deleteTracker(input: { id: "x" }) { __typename } }',
    'deleteTracker',
    'trackers.manage',
    ['trackers.read', 'mentions.manage'],
  ],
] as const)('%s needs a permission and somebody who has it', async (operation, field, permission, others) => {
  const { as } = await tenant();
  expect((await as({ permissions: others })(operation)).errors).toEqual([`${field}: FORBIDDEN`]);
  expect((await as({ anonymous: true })(operation)).errors).toEqual([`${field}: UNAUTHENTICATED`]);
  expect((await as({ permissions: [permission] })(operation)).errors).toEqual([]);
});
