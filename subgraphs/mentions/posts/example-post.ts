import { twitterEntities } from '../matching/twitter.ts';
import type { NewPost } from './new-post.ts';

/** A post for tests; its entities are those of its text unless it says otherwise. */
export function examplePost(externalId: string, text = 'Hello', changes: Partial<NewPost> = {}): NewPost {
  return {
    source: 'demo',
    externalId,
    authorHandle: 'writer',
    authorName: 'A Writer',
    text,
    lang: 'en',
    url: null,
    replyTo: null,
    ...twitterEntities(text),
    publishedAt: new Date('2026-05-04T12:00:00Z'),
    rev: null,
    ...changes,
  };
}
