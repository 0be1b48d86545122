import { bigint, customType, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

/** Text in byte order, so that a prefix is a range of the index whatever locale the database has. */
const byteOrdered = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** An account that wrote or was mentioned; what autocomplete offers. */
export const page = pgTable(
  'page',
  {
    tenantId: uuid('tenant_id').notNull(),
    /** A hash of source and handle: the same everywhere. */
    id: uuid().notNull(),
    source: text().notNull(),
    /** Lower case, without @. */
    handle: byteOrdered().notNull(),
    name: text(),
    /** How many stored posts mention it. */
    mentions: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index('page_by_handle').on(t.tenantId, t.handle)],
);

export type PageRow = typeof page.$inferSelect;
