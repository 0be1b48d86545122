import type { Deletion, NewPost } from '../posts/new-post.ts';
import { isHandle } from '../posts/new-post.ts';
import { pageId, postId } from '../posts/post-id.ts';

/** A post with its id, in the columns of its table, so that it travels to the database as JSON. */
export interface PostRecord {
  id: string;
  source: string;
  external_id: string;
  author_handle: string;
  author_name: string | null;
  text: string;
  lang: string | null;
  url: string | null;
  reply_to: string | null;
  handles: readonly string[];
  hashtags: readonly string[];
  published_at: string;
  rev: string | null;
}

export interface PageRecord {
  id: string;
  source: string;
  handle: string;
}

/** PostgreSQL's text holds neither NUL nor half of a surrogate pair; one such character must not cost the batch. */
function storable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is exactly what is looked for
  return text.toWellFormed().replaceAll(/\u0000/g, '\uFFFD');
}

const storableOrNull = (text: string | null): string | null => (text === null ? null : storable(text));

const distinct = (words: readonly string[]): string[] => [...new Set(words.map(storable))];

function postRecord(post: NewPost): PostRecord {
  const externalId = storable(post.externalId);
  return {
    id: postId(post.publishedAt, post.source, externalId),
    source: post.source,
    external_id: externalId,
    author_handle: storable(post.authorHandle),
    author_name: storableOrNull(post.authorName),
    text: storable(post.text),
    lang: storableOrNull(post.lang),
    url: storableOrNull(post.url),
    reply_to: storableOrNull(post.replyTo),
    handles: distinct(post.handles),
    hashtags: distinct(post.hashtags),
    published_at: post.publishedAt.toISOString(),
    rev: storableOrNull(post.rev),
  };
}

/** One record per post, the first one where a batch repeats itself, in the order in which every batch takes its locks. */
export function postRecords(posts: readonly NewPost[]): PostRecord[] {
  const records = new Map<string, PostRecord>();
  for (const post of posts) {
    const record = postRecord(post);
    const key = keyOf(record.source, record.external_id);
    if (!records.has(key)) records.set(key, record);
  }
  return [...records.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A deletion in the columns of the post's table; the id counts only when the post was never stored. */
export interface TombstoneRecord {
  id: string;
  source: string;
  external_id: string;
  deleted_at: string;
  rev: string | null;
}

export function tombstoneRecords(deletions: readonly Deletion[]): TombstoneRecord[] {
  const records = deletions.map((deletion) => {
    const externalId = storable(deletion.externalId);
    return {
      id: postId(deletion.deletedAt, deletion.source, externalId),
      source: deletion.source,
      external_id: externalId,
      deleted_at: deletion.deletedAt.toISOString(),
      rev: storableOrNull(deletion.rev),
    };
  });
  return [...new Map(records.map((record) => [keyOf(record.source, record.external_id), record])).values()];
}

/** What makes a post the same post, whatever time its copies claim. */
export const keyOf = (source: string, externalId: string): string => `${source} ${externalId}`;

/** Every account the posts name, as writer or by mention. */
export function pageRecords(posts: readonly PostRecord[]): PageRecord[] {
  const pages = new Map<string, PageRecord>();
  for (const { source, author_handle: author, handles } of posts) {
    for (const name of isHandle(author) ? [author, ...handles] : handles) {
      const handle = name.toLowerCase();
      const key = `${source} ${handle}`;
      if (!pages.has(key)) pages.set(key, { id: pageId(source, handle), source, handle });
    }
  }
  return [...pages.values()];
}
