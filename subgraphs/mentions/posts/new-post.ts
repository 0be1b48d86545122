import { isDomainHandle, isTwitterHandle } from '../matching/terms.ts';
import type { PostSource } from './posts.table.ts';

/** A post as its source tells it, with handles and hashtags already in the form trackers use. */
export interface NewPost {
  source: PostSource;
  externalId: string;
  /** The handle without @, or where the source does not tell it the author's permanent id. */
  authorHandle: string;
  authorName: string | null;
  text: string;
  lang: string | null;
  url: string | null;
  replyTo: string | null;
  handles: readonly string[];
  hashtags: readonly string[];
  publishedAt: Date;
  rev: string | null;
}

/** What a source says of a post that was deleted there. */
export interface Deletion {
  source: PostSource;
  externalId: string;
  deletedAt: Date;
  rev: string | null;
}

/** Whether an author is named by something that others could mention, and not by a permanent id or a damaged name. */
export const isHandle = (author: string): boolean => isTwitterHandle(author) || isDomainHandle(author);
