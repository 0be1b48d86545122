import { sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

/** Where a post comes from. */
export type PostSource = 'twitter' | 'bluesky' | 'demo';

/**
 * Every post a tenant has stored, whether a tracker matched it or not. A deleted post stays as a tombstone without
 * words, so that a late copy of it cannot bring it back. There are no foreign keys to or from posts: ingest writes a
 * post and all that hangs on it in one statement.
 */
export const post = pgTable(
  'post',
  {
    tenantId: uuid('tenant_id').notNull(),
    /** Time of publication and a hash of source and external id: the same everywhere, and ordered by time. */
    id: uuid().notNull(),
    source: text().$type<PostSource>().notNull(),
    externalId: text('external_id').notNull(),
    authorHandle: text('author_handle').notNull(),
    authorName: text('author_name'),
    text: text().notNull(),
    lang: text(),
    url: text(),
    /** External id of the post this one answers. */
    replyTo: text('reply_to'),
    handles: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    hashtags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    publishedAt: timestamp('published_at', { withTimezone: true }).notNull(),
    ingestedAt: timestamp('ingested_at', { withTimezone: true }).notNull().defaultNow(),
    /** The source's own version of the post; a later one sorts higher. */
    rev: text(),
    deletedAt: timestamp('deleted_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('post_once').on(t.tenantId, t.source, t.externalId),
  ],
);

/** `@handle` and `#hashtag` of each post, so that a new tracker finds its posts without reading all of them. */
export const postTerm = pgTable(
  'post_term',
  {
    tenantId: uuid('tenant_id').notNull(),
    term: text().notNull(),
    postId: uuid('post_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.term, t.postId] })],
);
