import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { AuditParty } from '../audit/audit.table.ts';

/** The installation's flags; the platform's staff writes them, and every tenant's requests read them. */
export const flag = pgTable('flag', {
  key: text().primaryKey(),
  /** Goes up by one with every definition. */
  version: integer().notNull(),
  definition: jsonb().$type<FlagDefinition>().notNull(),
  /** Since when it is off everywhere; null while it is not. */
  killedAt: timestamp('killed_at', { withTimezone: true }),
  killReason: text('kill_reason'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  /** Whether the schema that gateways serve names it. */
  inSchema: boolean('in_schema').notNull().default(false),
  /** When it last decided about something, within a minute. */
  lastEvaluatedAt: timestamp('last_evaluated_at', { withTimezone: true }),
});

/** Every definition there ever was, whole; written once and never changed. */
export const flagVersion = pgTable(
  'flag_version',
  {
    key: text().notNull(),
    version: integer().notNull(),
    definition: jsonb().$type<FlagDefinition>().notNull(),
    reason: text().notNull(),
    author: jsonb().$type<AuditParty>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** The version it repeats, where somebody rolled back. */
    repeats: integer(),
  },
  (t) => [primaryKey({ columns: [t.key, t.version] })],
);

/** What is different in one tenant: at most one kill and one override of each flag. */
export const featureOverride = pgTable(
  'feature_override',
  {
    tenantId: uuid('tenant_id').notNull(),
    key: text().notNull(),
    layer: text().$type<'kill' | 'override'>().notNull(),
    /** Null for a kill. */
    variant: text(),
    /** Set by the platform's staff, whose word is good without the plan. */
    forced: boolean().notNull(),
    reason: text().notNull(),
    setBy: jsonb('set_by').$type<AuditParty>().notNull(),
    setAt: timestamp('set_at', { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.key, t.layer] })],
);

/** A flag as staff sees it. */
export type FlagInfoRow = typeof flag.$inferSelect;
/** A version, with the definition of the one before it. */
export type FlagVersionRow = typeof flagVersion.$inferSelect & { before: FlagDefinition | null };
export type FeatureOverrideRow = typeof featureOverride.$inferSelect;
