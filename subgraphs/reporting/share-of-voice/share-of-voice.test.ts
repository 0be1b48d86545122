import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { addCounts, type CountChange } from '../volume/volume.queries.ts';

const today = new Date().toISOString().slice(0, 10);
const QUERY = '{ shareOfVoice { tracker { id } count share } }';
const identity = { flags: ['share_of_voice'] };

async function reporting() {
  const subgraph = await inProcess('reporting', features, undefined);
  const count = (tenantId: string, ...changes: CountChange[]) =>
    transactionOf(subgraph.worker, tenantId, (transaction) => addCounts(transaction, changes));
  return { ...subgraph, count };
}

test('trackers are told with their part of what all of them heard, the largest first', async () => {
  const { as, count } = await reporting();
  const [tenantId, other, a, b, silent] = [newId(), newId(), newId(), newId(), newId()];
  await count(
    tenantId,
    { trackerId: a, day: today, count: 1 },
    { trackerId: b, day: today, count: 3 },
    { trackerId: silent, day: today, count: 0 },
  );
  await count(other, { trackerId: a, day: today, count: 100 });
  const { data } = await as({ tenantId, identity })(QUERY);
  expect(data.shareOfVoice).toEqual([
    { tracker: { id: b }, count: 3, share: 0.75 },
    { tracker: { id: a }, count: 1, share: 0.25 },
  ]);
});

test('a range without mentions has no shares', async () => {
  const { as } = await reporting();
  expect((await as({ tenantId: newId(), identity })(QUERY)).data.shareOfVoice).toEqual([]);
});

test('the subgraph itself refuses who lacks the feature, and who may not read reports', async () => {
  const { as } = await reporting();
  const lacking = await as({ tenantId: newId() })(QUERY);
  expect(lacking.errors).toEqual(['shareOfVoice: FEATURE_DISABLED']);
  const forbidden = await as({ tenantId: newId(), identity, permissions: [] })(QUERY);
  expect(forbidden.errors).toEqual(['shareOfVoice: FORBIDDEN']);
});
