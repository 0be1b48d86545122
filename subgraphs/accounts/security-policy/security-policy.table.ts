import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** `off`: never asked at sign-in; `optional`: asked of those who enrolled; `required`: of all, or of some roles. */
export type MfaMode = 'off' | 'optional' | 'required' | 'required-for-roles';

/** What a tenant wants of its sign-ins, sessions and clients; without a row the defaults hold. */
export const securityPolicy = pgTable('security_policy', {
  tenantId: uuid('tenant_id').primaryKey(),
  mfaMode: text('mfa_mode').$type<MfaMode>().notNull(),
  /** Who must enrol under `required-for-roles`: names of locked roles and ids of the tenant's own. */
  mfaRoles: text('mfa_roles').array().notNull(),
  /** How long members may go on without a factor once they need one. */
  graceDays: integer('grace_days').notNull(),
  /** Since when the factor is required as it is now; null while it is not. */
  requiredSince: timestamp('required_since', { withTimezone: true }),
  /** A session that is not used for so long needs a new sign-in. */
  sessionIdleS: integer('session_idle_s').notNull(),
  /** A session this old needs a new sign-in, however much it is used. */
  sessionLifetimeS: integer('session_lifetime_s').notNull(),
  /** Whether clients may ask for the schema; what they are shown depends on their caller. */
  introspection: boolean().notNull().default(false),
});

export type SecurityPolicyRow = typeof securityPolicy.$inferSelect;
