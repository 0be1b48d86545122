import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Connection } from '@chorus/shared/connection.ts';

/** How far a tenant is with a mention; the literals are those of the schema. */
export type MentionStatus = 'OPEN' | 'ASSIGNED' | 'DONE' | 'DISMISSED';

/** A post that at least one tracker of the tenant matched, with what the tenant made of it; the id is the post's. */
export const mention = pgTable(
  'mention',
  {
    tenantId: uuid('tenant_id').notNull(),
    id: uuid().notNull(),
    status: text().$type<MentionStatus>().notNull().default('OPEN'),
    assigneeId: uuid('assignee_id'),
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    updatedAt: timestamp('updated_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('mention_by_status').on(t.tenantId, t.status, t.id),
    index('mention_by_assignee')
      .on(t.tenantId, t.assigneeId, t.id)
      .where(sql`${t.assigneeId} is not null`),
  ],
);

/** Which trackers matched which mention; in the order of a tracker's feed. */
export const mentionTracker = pgTable(
  'mention_tracker',
  {
    tenantId: uuid('tenant_id').notNull(),
    trackerId: uuid('tracker_id').notNull(),
    mentionId: uuid('mention_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.trackerId, t.mentionId] }),
    index('mention_tracker_of_mention').on(t.tenantId, t.mentionId),
  ],
);

/** A mention together with its post, as the feed shows it. */
export type MentionRow = {
  tenantId: string;
  id: string;
  text: string;
  authorHandle: string;
  authorName: string | null;
  publishedAt: Date;
  source: string;
  lang: string | null;
  url: string | null;
  status: MentionStatus;
  tags: string[];
  assigneeId: string | null;
  /** For callers with rules about fields. */
  trackerIds?: string[];
};

export interface MentionFilter {
  trackerId?: string;
  status?: MentionStatus;
  assigneeId?: string;
}

/** A page of mentions that remembers its filter, because it is counted only for those who ask. */
export interface MentionConnectionRow extends Connection<MentionRow> {
  filter: MentionFilter;
}
