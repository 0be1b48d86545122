import { and, eq, isNull, sql } from 'drizzle-orm';
import { apiKey } from '../api-keys/api-keys.table.ts';
import type { Scope } from '../context.ts';
import { groupMember } from '../groups/groups.table.ts';
import { member } from './members.table.ts';

export async function saveActive({ db, tenantId }: Scope, id: string, active: boolean): Promise<void> {
  await db
    .update(member)
    .set({ active })
    .where(and(eq(member.tenantId, tenantId), eq(member.id, id)));
}

export async function markRemoved({ db, tenantId }: Scope, id: string): Promise<void> {
  await db
    .update(member)
    .set({ active: false, removedAt: sql`now()` })
    .where(and(eq(member.tenantId, tenantId), eq(member.id, id)));
}

/** Revokes every key of a member and answers which. */
export async function revokeKeysOf({ db, tenantId }: Scope, memberId: string): Promise<string[]> {
  const revoked = await db
    .update(apiKey)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.owner, memberId), isNull(apiKey.revokedAt)))
    .returning({ id: apiKey.id });
  return revoked.map(({ id }) => id);
}

/** Takes a member out of every group and answers which. */
export async function leaveGroups({ db, tenantId }: Scope, memberId: string): Promise<string[]> {
  const left = await db
    .delete(groupMember)
    .where(and(eq(groupMember.tenantId, tenantId), eq(groupMember.memberId, memberId)))
    .returning({ id: groupMember.groupId });
  return left.map(({ id }) => id);
}
