import { transactionOf } from '@chorus/db/context.ts';
import { abilityOf, packedRulesFor } from '@chorus/shared/ability.ts';
import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { allow, deny } from '@chorus/tests/harness/grants.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { addCounts, dailyVolume, volumesByKey } from './volume.queries.ts';

const [A, B, C] = [newId(), newId(), newId()];
const [FIRST, SECOND] = ['2026-02-01', '2026-02-02'];

/** A tenant with three trackers: A counts 1 a day, B 10 on the second, C 100 on the first. */
async function reporting() {
  const subgraph = await inProcess('reporting', features, undefined);
  const tenantId = newId();
  const changes = [
    { trackerId: A, day: FIRST, count: 1 },
    { trackerId: A, day: SECOND, count: 1 },
    { trackerId: B, day: SECOND, count: 10 },
    { trackerId: C, day: FIRST, count: 100 },
  ];
  await transactionOf(subgraph.worker, tenantId, (transaction) => addCounts(transaction, changes));
  /** What a role sees of all together, and of each tracker. */
  const seen = async (...grants: Grant[]) => {
    const ask = subgraph.as({ tenantId, grants });
    const it = [A, B, C].map((id) => ({ __typename: 'Tracker', id }));
    const [all, each, one] = [
      await ask(VOLUME),
      await ask(TRACKERS, { it }),
      await ask(VOLUME, { trackerId: B }),
    ];
    return {
      all: counts(all.data.mentionVolume),
      each: each.data._entities.map(({ volume }: { volume: Counted }) => counts(volume)),
      one: counts(one.data.mentionVolume),
      errors: [...all.errors, ...each.errors, ...one.errors],
    };
  };
  return { ...subgraph, tenantId, seen };
}

type Counted = { count: number }[] | null;
const counts = (days: Counted) => days?.map(({ count }) => count) ?? null;

const VOLUME = `query ($trackerId: ID) {
  mentionVolume(trackerId: $trackerId, from: "${FIRST}", to: "${SECOND}") { count }
}`;
const TRACKERS = `query ($it: [_Any!]!) {
  _entities(representations: $it) { ... on Tracker { volume(from: "${FIRST}", to: "${SECOND}") { count } } }
}`;

const EVERYTHING = { all: [101, 11], each: [[1, 1], [10], [100]], one: [10], errors: [] };
const A_AND_C = { all: [101, 1], each: [[1, 1], [], [100]], one: [], errors: [] };

test('who may read reports reads all of them, with mentions or without', async () => {
  const { seen } = await reporting();
  expect(await seen(allow('reports.read'))).toEqual(EVERYTHING);
  expect(await seen(allow('reports.read'), allow('mentions.read'))).toEqual(EVERYTHING);
});

test('a role limited to two trackers adds up and sees these two', async () => {
  const { seen } = await reporting();
  expect(await seen(allow('reports.read', { op: 'in', field: 'trackerId', value: [A, C] }))).toEqual(A_AND_C);
});

test('conditions on counts and denies are for each tracker and day', async () => {
  const { seen } = await reporting();
  const below: Condition = { op: 'lt', field: 'count', value: 100 };
  expect(await seen(allow('reports.read', below))).toEqual({
    ...EVERYTHING,
    all: [1, 11],
    each: [[1, 1], [10], []],
  });
  const notB = deny('reports.read', { op: 'eq', field: 'trackerId', value: B });
  expect(await seen(allow('reports.read'), notB)).toEqual(A_AND_C);
});

test('who reads only what two trackers matched is counted nothing else', async () => {
  const { seen } = await reporting();
  const two: Condition = { op: 'in', field: 'trackerIds', value: [A, C] };
  expect(await seen(allow('reports.read'), allow('mentions.read', two))).toEqual(A_AND_C);
  const none: Condition = { op: 'in', field: 'trackerIds', value: [] };
  expect(await seen(allow('reports.read'), allow('mentions.read', none))).toEqual({
    all: [],
    each: [[], [], []],
    one: [],
    errors: [],
  });
});

test('both limits hold together', async () => {
  const { seen } = await reporting();
  const answer = await seen(
    allow('reports.read', { op: 'in', field: 'trackerId', value: [A, B] }),
    allow('mentions.read', { op: 'in', field: 'trackerIds', value: [A, C] }),
  );
  expect(answer).toEqual({ all: [1, 1], each: [[1, 1], [], []], one: [], errors: [] });
});

test.each<[string, Grant[]]>([
  [
    'may only see their own assignments',
    [allow('mentions.read', { op: 'eq', field: 'assigneeId', value: newId() })],
  ],
  [
    'is denied what one tracker matched',
    [allow('mentions.read'), deny('mentions.read', { op: 'eq', field: 'trackerIds', value: A })],
  ],
])('who %s gets no totals by the back door', async (_, grants) => {
  const { seen } = await reporting();
  expect(await seen(allow('reports.read'), ...grants)).toEqual({
    all: null,
    each: [null, null, null],
    one: null,
    errors: [
      'mentionVolume: FORBIDDEN',
      ...[0, 1, 2].map((index) => `_entities.${index}.volume: FORBIDDEN`),
      'mentionVolume: FORBIDDEN',
    ],
  });
});

test('rules of one tenant say nothing about another', async () => {
  const { as } = await reporting();
  const stranger = as({ grants: [allow('reports.read', { op: 'eq', field: 'trackerId', value: A })] });
  expect((await stranger(VOLUME)).data.mentionVolume).toEqual([]);
});

test('callers who may see every rollup ask the database what they always asked', async () => {
  const { as, tenantId, statements } = await reporting();
  await as({ tenantId })(VOLUME);
  expect(statements).toEqual([expect.stringMatching(/"day" between \$2 and \$3\) group by /)]);
});

test('without any rule of ours, row-level security alone keeps rollups to their tenant', async () => {
  const { database, tenantId } = await reporting();
  const ability = abilityOf(packedRulesFor(tenantId, ['reports.read']));
  const key = `${A} ${FIRST} ${SECOND}` as const;
  const reached = async (bound: string) => {
    const scope = { db: database.statements(bound), tenantId, ability };
    const days = await dailyVolume(scope, { from: FIRST, to: SECOND });
    return [days.length, (await volumesByKey(scope, [key])).get(key)?.length];
  };
  expect(await reached(tenantId)).toEqual([2, 2]);
  expect(await reached(newId())).toEqual([0, 0]);
});
