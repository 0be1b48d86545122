import { abilityOf, packedRulesFor } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from './features.ts';
import { assignedMentions, countMentions, listMentions, mentionsById } from './mentions/mentions.queries.ts';
import { changeMentions } from './mentions/update.queries.ts';
import { pagesById, popularPages } from './pages/pages.queries.ts';
import { pageId } from './posts/post-id.ts';
import { listeningTenant, testServices } from './testing.ts';
import {
  insertTracker,
  listTrackers,
  removeTracker,
  trackersById,
  trackersByMention,
} from './trackers/trackers.queries.ts';

/** The queries of a caller who may do everything in a tenant, over a connection that is bound to `bound`. */
async function everythingIn(bound: 'itself' | 'another tenant') {
  const subgraph = await inProcess('mentions', features, testServices);
  const { tenantId, trackers, store } = await listeningTenant(subgraph);
  const [mentionId = ''] = await store('@united');
  const ability = abilityOf(packedRulesFor(tenantId, ALL_PERMISSIONS));
  const db = subgraph.database.statements(bound === 'itself' ? tenantId : newId());
  return { scope: { db, tenantId, ability }, mentionId, trackerId: trackers.united };
}

async function reached({ scope, mentionId, trackerId }: Awaited<ReturnType<typeof everythingIn>>) {
  const assignee = newId();
  const change = await changeMentions(scope, { ids: [mentionId], assigneeId: assignee });
  const found = [
    await listMentions(scope, {}, { limit: 10, after: undefined }),
    (await mentionsById(scope, [mentionId])).size,
    (await assignedMentions(scope, [`${assignee} 10 `])).get(`${assignee} 10 `),
    (await trackersByMention(scope, [mentionId])).size,
    await listTrackers(scope),
    (await trackersById(scope, [trackerId])).size,
    await popularPages(scope, 'united', 10),
    (await pagesById(scope, [pageId('demo', 'united')])).size,
  ].map((answer) => (Array.isArray(answer) ? answer.length : answer));
  return { changed: change.size, counted: await countMentions(scope, {}), found };
}

test('without any rule of ours, row-level security alone keeps every query to its tenant', async () => {
  const [own, foreign] = [await everythingIn('itself'), await everythingIn('another tenant')];
  expect(await reached(own)).toEqual({ changed: 1, counted: 1, found: [1, 1, 1, 1, 3, 1, 1, 1] });
  expect(await reached(foreign)).toEqual({ changed: 0, counted: 0, found: [0, 0, 0, 0, 0, 0, 0, 0] });

  expect(await removeTracker(foreign.scope, foreign.trackerId)).toBe(false);
  const planted = insertTracker(foreign.scope, {
    id: newId(),
    name: 'Planted',
    handles: ['x'],
    hashtags: [],
  });
  await expect(planted).rejects.toMatchObject({ cause: { code: '42501' } });
  expect(await removeTracker(own.scope, own.trackerId)).toBe(true);
});
