import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { member, type MemberRow } from './members.table.ts';

/** Where a page of the list by name goes on. */
export type MemberPosition = Pick<MemberRow, 'name' | 'id'>;

export function listMembers(
  { db, tenantId }: Scope,
  { limit, after }: { limit: number; after: MemberPosition | undefined },
): Promise<MemberRow[]> {
  const behind =
    after === undefined
      ? undefined
      : sql`(${member.name}, ${member.id}) > (${after.name}::text, ${after.id}::uuid)`;
  return db
    .select()
    .from(member)
    .where(and(eq(member.tenantId, tenantId), behind))
    .orderBy(asc(member.name), asc(member.id))
    .limit(limit);
}

export async function countMembers({ db, tenantId }: Scope): Promise<number> {
  const [row] = await db.select({ all: count() }).from(member).where(eq(member.tenantId, tenantId));
  return row?.all ?? 0;
}

export async function membersById(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MemberRow>> {
  const wanted = sql`${member.id} = any(${sql.param([...ids])}::uuid[])`;
  const rows = await db
    .select()
    .from(member)
    .where(and(eq(member.tenantId, tenantId), wanted));
  return new Map(rows.map((row) => [row.id, row]));
}

export type NewMember = Pick<MemberRow, 'id' | 'personId' | 'name' | 'email'>;

/** Does nothing when the person is a member of the tenant already. */
export async function insertMember({ db, tenantId }: Scope, joining: NewMember): Promise<void> {
  await db
    .insert(member)
    .values({ ...joining, tenantId })
    .onConflictDoNothing();
}
