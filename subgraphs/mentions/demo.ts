import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { demoId } from '@chorus/shared/demo.ts';
import { isStored, presetMentions } from './demo/demo.queries.ts';
import { demoPosts } from './demo/generate-posts.ts';
import { SCENES, type Scene } from './demo/scenes.ts';
import { demoTriage } from './demo/triage.ts';
import { deletePosts } from './ingest/changes.ts';
import { ingestPosts } from './ingest/ingest.ts';
import { startTracking } from './trackers/trackers.service.ts';

/** One post in this many is gone again at its source. */
const DELETED_EVERY = 90;

/**
 * Puts the demo's trackers, posts and triage in place, as the worker. A tenant's last post goes in last of all, so a
 * demo that was interrupted is finished, and one that is complete is left as its users made it.
 */
export async function seedMentions(database: Database, onProgress: (line: string) => void): Promise<void> {
  for (const scene of SCENES) await seedScene(database, scene, onProgress);
}

async function seedScene(
  database: Database,
  scene: Scene,
  onProgress: (line: string) => void,
): Promise<void> {
  const { tenant, trackers } = scene;
  const posts = demoPosts(scene, new Date());
  const last = posts.slice(-1);
  const scope = { db: database.statements(tenant.id), tenantId: tenant.id };
  if (await isStored(scope, 'demo', last[0]?.externalId ?? '')) return;
  onProgress(`${posts.length.toLocaleString('en')} posts for ${tenant.name}`);
  for (const tracker of trackers) {
    const row = { ...tracker, id: demoId(`tracker ${tenant.slug} ${tracker.name}`) };
    await transactionOf(database, tenant.id, (transaction) => startTracking(transaction, row));
  }
  await ingestPosts(database, tenant.id, posts.slice(0, -1));
  await presetMentions(scope, demoTriage(tenant, posts));
  const gone = posts.slice(0, -1).filter((_, index) => index % DELETED_EVERY === DELETED_EVERY - 1);
  await deletePosts(
    database,
    tenant.id,
    gone.map(({ source, externalId, publishedAt }) => ({
      source,
      externalId,
      deletedAt: publishedAt,
      rev: null,
    })),
  );
  await ingestPosts(database, tenant.id, last);
}
