import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { allow, deny } from '@chorus/tests/harness/grants.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { listeningTenant, testServices } from '../testing.ts';

async function listening() {
  const subgraph = await inProcess('mentions', features, testServices);
  return { ...subgraph, ...(await listeningTenant(subgraph)) };
}

const only = (...ids: string[]): Condition => ({ op: 'in', field: 'id', value: ids });

const LIST = '{ trackers { name } }';
const ONE = 'query ($id: ID!) { tracker(id: $id) { name } }';
const ENTITY = 'query ($it: [_Any!]!) { _entities(representations: $it) { ... on Tracker { name } } }';
const CREATE = `mutation ($name: String!) {
  createTracker(input: { name: $name, handles: ["klm"] }) { __typename }
}`;
const DELETE = 'mutation ($id: ID!) { deleteTracker(input: { id: $id }) { __typename } }';

test('trackers that a role leaves out read like trackers that do not exist', async () => {
  const { roleOf, trackers } = await listening();
  const ask = roleOf(allow('trackers.read', only(trackers.united)));
  expect((await ask(LIST)).data.trackers).toEqual([{ name: 'united' }]);
  expect((await ask(ONE, { id: trackers.delta })).data).toEqual({ tracker: null });
  const it = [trackers.united, trackers.delta].map((id) => ({ __typename: 'Tracker', id }));
  expect((await ask(ENTITY, { it })).data._entities).toEqual([{ name: 'united' }, null]);
});

test('a deny takes one tracker out of all', async () => {
  const { roleOf, trackers } = await listening();
  const ask = roleOf(allow('trackers.read'), deny('trackers.read', only(trackers.delta)));
  const { data } = await ask(LIST);
  expect(data.trackers).toEqual([{ name: 'alaska' }, { name: 'united' }]);
});

test('a mention names only the trackers its reader may see', async () => {
  const { roleOf, store, trackers } = await listening();
  await store('@united @delta');
  const names = async (...grants: Grant[]) => {
    const { data } = await roleOf(
      allow('mentions.read'),
      ...grants,
    )('{ mentions { nodes { trackers { name } } } }');
    return data.mentions.nodes[0].trackers;
  };
  expect(await names(allow('trackers.read'))).toEqual([{ name: 'delta' }, { name: 'united' }]);
  expect(await names(allow('trackers.read', only(trackers.delta)))).toEqual([{ name: 'delta' }]);
  expect(await names()).toEqual([]);
});

test('what a role may not manage it cannot delete, even if it sees it', async () => {
  const { admin, roleOf, trackers } = await listening();
  const ask = roleOf(allow('trackers.read'), allow('trackers.manage', only(trackers.united)));
  const remove = async (id: string) => (await ask(DELETE, { id })).data.deleteTracker.__typename;
  expect(await remove(trackers.delta)).toBe('TrackerNotFound');
  expect(await remove(trackers.united)).toBe('TrackerDeleted');
  expect((await admin(LIST)).data.trackers).toEqual([{ name: 'alaska' }, { name: 'delta' }]);
});

test('a new tracker must be one its maker may manage', async () => {
  const { admin, roleOf, trackers } = await listening();
  const listed = roleOf(allow('trackers.manage', only(trackers.united)));
  expect((await listed(CREATE, { name: 'KLM' })).errors).toEqual(['createTracker: FORBIDDEN']);
  const named = roleOf(allow('trackers.manage', { op: 'eq', field: 'handles', value: 'klm' }));
  expect((await named(CREATE, { name: 'KLM' })).data.createTracker.__typename).toBe('Tracker');
  const isOld: Condition = { op: 'lt', field: 'createdAt', value: '2026-01-01T00:00:00.000Z' };
  const historian = roleOf(allow('trackers.manage', isOld));
  expect((await historian(CREATE, { name: 'Late' })).errors).toEqual(['createTracker: FORBIDDEN']);
  expect((await admin(LIST)).data.trackers).toHaveLength(4);
});

test('callers who may see every tracker ask the database what they always asked', async () => {
  const { admin, statements } = await listening();
  await admin(LIST);
  expect(statements).toEqual([expect.stringMatching(/ where "tracker"\."tenant_id" = \$1 order by /)]);
});
