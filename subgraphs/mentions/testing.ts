import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Services } from './context.ts';
import { ingestPosts } from './ingest/ingest.ts';
import { postId } from './posts/post-id.ts';
import type { NewPost } from './posts/new-post.ts';
import { examplePost } from './posts/example-post.ts';
import { startTracking } from './trackers/trackers.service.ts';

/** Services for tests in which everybody is a member. */
export const testServices: Services = { isMember: () => Promise.resolve(true) };

/** What `inProcess` gives, as far as a tenant needs it. */
interface Subgraph<Ask> {
  worker: Database;
  as: (caller: { tenantId: string; grants?: readonly Grant[] }) => Ask;
}

/** A tenant that listens for three airlines by their handles; `store` answers one id per post, the last is the newest. */
export async function listeningTenant<Ask>({ worker, as }: Subgraph<Ask>) {
  const tenantId = newId();
  const trackers = { united: newId(), delta: newId(), alaska: newId() };
  for (const [name, id] of Object.entries(trackers)) {
    const row = { id, name, handles: [name], hashtags: [] };
    await transactionOf(worker, tenantId, (transaction) => startTracking(transaction, row));
  }
  let minute = 0;
  const store = async (...posts: (string | Partial<NewPost>)[]): Promise<string[]> => {
    const written = posts.map((post) => {
      const publishedAt = new Date(Date.UTC(2026, 4, 4) + ++minute * 60_000);
      const { text, ...changes } = typeof post === 'string' ? { text: post } : post;
      return examplePost(`${minute}`, text, { publishedAt, ...changes });
    });
    await ingestPosts(worker, tenantId, written);
    return written.map(({ publishedAt, source, externalId }) => postId(publishedAt, source, externalId));
  };
  const roleOf = (...grants: Grant[]): Ask => as({ tenantId, grants });
  return { tenantId, trackers, store, roleOf, admin: as({ tenantId }) };
}
