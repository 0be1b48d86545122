import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { NewMember } from '../members/members.queries.ts';
import { member } from '../members/members.table.ts';

/** Whether somebody with the address has a place in the tenant, used or not. */
export async function hasMemberAt({ db, tenantId }: Scope, email: string): Promise<boolean> {
  const rows = await db
    .select({ id: member.id })
    .from(member)
    .where(and(eq(member.tenantId, tenantId), eq(member.email, email), isNull(member.removedAt)))
    .limit(1);
  return rows.length > 0;
}

/** Whoever was removed takes the same place again; undefined for a person who has a place now. */
export async function joinAsMember({ db, tenantId }: Scope, joining: NewMember): Promise<string | undefined> {
  const [joined] = await db
    .insert(member)
    .values({ ...joining, tenantId })
    .onConflictDoUpdate({
      target: [member.tenantId, member.personId],
      set: {
        name: joining.name,
        email: joining.email,
        active: true,
        joinedAt: sql`now()`,
        removedAt: null,
      },
      setWhere: sql`${member.removedAt} is not null`,
    })
    .returning({ id: member.id });
  return joined?.id;
}
