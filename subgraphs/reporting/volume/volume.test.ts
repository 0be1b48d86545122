import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { addCounts, type CountChange } from './volume.queries.ts';

async function reporting() {
  const subgraph = await inProcess('reporting', features, undefined);
  const count = (tenantId: string, ...changes: CountChange[]) =>
    transactionOf(subgraph.worker, tenantId, (transaction) => addCounts(transaction, changes));
  return { ...subgraph, count };
}

const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

const mentionVolume = `query ($trackerId: ID, $from: Date, $to: Date) {
  mentionVolume(trackerId: $trackerId, from: $from, to: $to) { day count }
}`;

const trackerVolumes = `query ($trackers: [_Any!]!, $from: Date, $to: Date) {
  _entities(representations: $trackers) { ... on Tracker { id volume(from: $from, to: $to) { day count } } }
}`;

const representation = (id: string) => ({ __typename: 'Tracker', id });

test('without a tracker the volume is the sum of all trackers, oldest day first', async () => {
  const { as, count } = await reporting();
  const [tenantId, a, b] = [newId(), newId(), newId()];
  const [older, newer] = [dayBefore(3), dayBefore(1)];
  await count(
    tenantId,
    { trackerId: a, day: newer, count: 2 },
    { trackerId: b, day: newer, count: 3 },
    { trackerId: a, day: older, count: 1 },
  );

  const ask = as({ tenantId });
  expect((await ask(mentionVolume)).data.mentionVolume).toEqual([
    { day: older, count: 1 },
    { day: newer, count: 5 },
  ]);
  expect((await ask(mentionVolume, { trackerId: b })).data.mentionVolume).toEqual([{ day: newer, count: 3 }]);
});

test('the last 90 days are the default, today included', async () => {
  const { as, count } = await reporting();
  const [tenantId, trackerId] = [newId(), newId()];
  await count(tenantId, ...[0, 89, 90].map((days) => ({ trackerId, day: dayBefore(days), count: 1 })));

  const { data } = await as({ tenantId })(mentionVolume);
  expect(data.mentionVolume).toEqual([
    { day: dayBefore(89), count: 1 },
    { day: dayBefore(0), count: 1 },
  ]);
});

test('the busiest day is the one with the most mentions, the earliest of several', async () => {
  const { as, count } = await reporting();
  const [tenantId, trackerId, quiet] = [newId(), newId(), newId()];
  const days = [2, 7, 7, 1].map((many, index) => ({ trackerId, day: dayBefore(9 - index), count: many }));
  await count(tenantId, ...days);
  const asked = `query ($trackers: [_Any!]!, $from: Date) {
    _entities(representations: $trackers) { ... on Tracker { busiestDay(from: $from) { day count } } }
  }`;
  const ask = async (id: string, from?: string) => {
    const identity = { flags: ['busiest_day'] };
    const { data } = await as({ tenantId, identity })(asked, { trackers: [representation(id)], from });
    return data._entities[0].busiestDay;
  };
  expect(await ask(trackerId)).toEqual({ day: dayBefore(8), count: 7 });
  expect(await ask(trackerId, dayBefore(6))).toEqual({ day: dayBefore(6), count: 1 });
  expect(await ask(quiet)).toBeNull();
  const lacking = await as({ tenantId })(asked, { trackers: [representation(trackerId)] });
  expect(lacking.errors).toEqual(['_entities.0.busiestDay: FEATURE_DISABLED']);
});

test('both ends of a range belong to it', async () => {
  const { as, count } = await reporting();
  const [tenantId, trackerId] = [newId(), newId()];
  const days = ['2015-02-15', '2015-02-16', '2015-02-24', '2015-02-25'];
  await count(tenantId, ...days.map((day) => ({ trackerId, day, count: 1 })));

  const range = { from: '2015-02-16', to: '2015-02-24' };
  const { data } = await as({ tenantId })(mentionVolume, range);
  expect(data.mentionVolume.map(({ day }: { day: string }) => day)).toEqual(['2015-02-16', '2015-02-24']);
});

test('a day whose posts were all deleted is left out', async () => {
  const { as, count } = await reporting();
  const [tenantId, trackerId, day] = [newId(), newId(), dayBefore(1)];
  await count(tenantId, { trackerId, day, count: 2 });
  await count(tenantId, { trackerId, day, count: -2 });

  const ask = as({ tenantId });
  expect((await ask(mentionVolume)).data.mentionVolume).toEqual([]);
  expect((await ask(trackerVolumes, { trackers: [representation(trackerId)] })).data._entities).toEqual([
    { id: trackerId, volume: [] },
  ]);
});

test.each([
  [{ from: '2026-01-02', to: '2026-01-01' }, 'from (2026-01-02) must not be after to (2026-01-01).'],
  [
    { from: '2024-01-01', to: '2025-01-01' },
    'from 2024-01-01 to 2025-01-01 is 367 days; at most 366 are allowed.',
  ],
])('the range %j is refused with its reason', async (range, reason) => {
  const { as } = await reporting();
  const answer = await as()(mentionVolume, range);
  expect(answer.data).toEqual({ mentionVolume: null });
  expect(answer.errors).toEqual(['mentionVolume: BAD_USER_INPUT']);
  expect(answer.messages).toEqual([reason]);
});

test('a leap year is not too long a range', async () => {
  const { as } = await reporting();
  const answer = await as()(mentionVolume, { from: '2024-01-01', to: '2024-12-31' });
  expect(answer).toMatchObject({ data: { mentionVolume: [] }, errors: [] });
});

test('a day that no calendar has is refused', async () => {
  const { as } = await reporting();
  const { messages } = await as()(mentionVolume, { from: '2026-02-30' });
  expect(messages[0]).toContain('2026-02-30');
});

test('fifty trackers cost one statement, even with ranges of their own', async () => {
  const { as, count, statements } = await reporting();
  const tenantId = newId();
  const trackers = Array.from({ length: 50 }, () => newId());
  await count(
    tenantId,
    ...trackers.map((trackerId, index) => ({ trackerId, day: dayBefore(1), count: index + 1 })),
  );

  const query = `query ($trackers: [_Any!]!, $today: Date) {
    _entities(representations: $trackers) { ... on Tracker { volume { count } today: volume(from: $today) { count } } }
  }`;
  const variables = { trackers: trackers.map(representation), today: dayBefore(0) };
  const { data } = await as({ tenantId })(query, variables);

  expect(data._entities).toEqual(trackers.map((_, index) => ({ volume: [{ count: index + 1 }], today: [] })));
  expect(statements).toHaveLength(1);
});

test('the trackers of another tenant read like trackers that do not exist', async () => {
  const { as, count } = await reporting();
  const trackerId = newId();
  await count(newId(), { trackerId, day: dayBefore(1), count: 7 });

  const stranger = as();
  expect((await stranger(mentionVolume)).data.mentionVolume).toEqual([]);
  for (const id of [trackerId, newId(), 'no-id-at-all']) {
    expect((await stranger(mentionVolume, { trackerId: id })).data.mentionVolume).toEqual([]);
    const answer = await stranger(trackerVolumes, { trackers: [representation(id)] });
    expect(answer).toMatchObject({ data: { _entities: [{ id, volume: [] }] }, errors: [] });
  }
});

test('without reports.read volumes are forbidden, and only they', async () => {
  const { as } = await reporting();
  const ask = as({ permissions: ALL_PERMISSIONS.filter((permission) => permission !== 'reports.read') });
  const id = newId();

  expect(await ask(mentionVolume)).toMatchObject({
    data: { mentionVolume: null },
    errors: ['mentionVolume: FORBIDDEN'],
  });
  expect(await ask(trackerVolumes, { trackers: [representation(id)] })).toMatchObject({
    data: { _entities: [{ id, volume: null }] },
    errors: ['_entities.0.volume: FORBIDDEN'],
  });
});

test('nobody who has not signed in sees a volume', async () => {
  const { as } = await reporting();
  expect((await as({ anonymous: true })(mentionVolume)).errors).toEqual(['mentionVolume: UNAUTHENTICATED']);
  const entities = await as({ anonymous: true })(trackerVolumes, { trackers: [representation(newId())] });
  expect(entities.errors).toEqual(['_entities: UNAUTHENTICATED']);
});

test('a request cannot write rollups', async () => {
  const { database } = await reporting();
  const tenantId = newId();
  const write = addCounts({ db: database.statements(tenantId), tenantId }, [
    { trackerId: newId(), day: dayBefore(1), count: 1 },
  ]);
  await expect(write).rejects.toMatchObject({ cause: { code: '42501' } });
});
