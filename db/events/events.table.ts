import { bigint, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

/** Append-only: everything services told each other, numbered per source. */
export const event = pgTable(
  'event',
  {
    source: text().notNull(),
    sequence: bigint({ mode: 'bigint' }).notNull(),
    id: uuid().notNull(),
    type: text().notNull(),
    tenantId: uuid('tenant_id').notNull(),
    time: timestamp({ withTimezone: true }).notNull(),
    data: jsonb().notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.sequence] }), unique('event_once').on(t.source, t.id)],
);

/** How far each consumer is, for lag metrics and retention. */
export const consumerCursor = pgTable(
  'consumer_cursor',
  {
    consumer: text().notNull(),
    source: text().notNull(),
    sequence: bigint({ mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.consumer, t.source] })],
);

/** What was taken of a limit in a period, and by the last one who took. */
export const allowance = pgTable(
  'allowance',
  {
    tenantId: uuid('tenant_id').notNull(),
    meter: text().notNull(),
    period: text().notNull(),
    used: bigint({ mode: 'bigint' }).notNull(),
    taken: bigint({ mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.meter, t.period] })],
);

/** The latest state per kind and tenant that gateway and subgraphs decide with. */
export const record = pgTable(
  'record',
  {
    kind: text().notNull(),
    tenantId: uuid('tenant_id').notNull(),
    version: bigint({ mode: 'bigint' }).notNull(),
    body: jsonb().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.tenantId] })],
);
