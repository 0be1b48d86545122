import {
  boolean,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Connection } from '@chorus/shared/connection.ts';
import { person } from '../people/people.table.ts';
import { tenant } from '../tenants/tenants.table.ts';

/** A person's place in one tenant; name and address are the tenant's copy, since people are out of its reach. */
export const member = pgTable(
  'member',
  {
    tenantId: uuid('tenant_id')
      .notNull()
      .references(() => tenant.id),
    id: uuid().notNull(),
    personId: uuid('person_id').notNull(),
    name: text().notNull(),
    email: text().notNull(),
    /** What the member counts as for the plan, such as `full`. */
    seatType: text('seat_type').notNull().default('full'),
    active: boolean().notNull().default(true),
    joinedAt: timestamp('joined_at', { withTimezone: true }).notNull().defaultNow(),
    /** Kept, because what they did still names them; joining again takes the same place. */
    removedAt: timestamp('removed_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    unique('member_once_per_tenant').on(t.tenantId, t.personId),
    foreignKey({ columns: [t.personId], foreignColumns: [person.id], name: 'member_person' }),
    index('member_by_name').on(t.tenantId, t.name, t.id),
    index('member_by_person').on(t.personId),
  ],
);

export type MemberRow = typeof member.$inferSelect;

/** Which members a list is about. */
export interface MemberFilter {
  groupId: string | undefined;
}

/** A page of members and what it is a page of. */
export type MemberConnectionRow = Connection<MemberRow> & { filter: MemberFilter };
