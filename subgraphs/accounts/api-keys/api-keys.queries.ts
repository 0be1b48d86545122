import { and, asc, count, eq, isNull, or, sql } from 'drizzle-orm';
import type { ApiKeyUse } from '@chorus/shared/api-key.ts';
import { roleAssignment, type RoleAssignmentRow } from '../assignments/assignments.table.ts';
import type { Scope } from '../context.ts';
import { role } from '../roles/roles.table.ts';
import { apiKey, type ApiKeyRow } from './api-keys.table.ts';

export type NewApiKey = Pick<ApiKeyRow, 'id' | 'name' | 'hmac' | 'owner' | 'scopes'> &
  Partial<Pick<ApiKeyRow, 'demo' | 'addresses' | 'rateLimit' | 'replaces' | 'expiresAt'>>;

/** A key of that id keeps its name and owner and takes the new secret and scopes. */
export async function saveApiKey({ db, tenantId }: Scope, key: NewApiKey): Promise<ApiKeyRow> {
  const [row] = await db
    .insert(apiKey)
    .values({ ...key, tenantId })
    .onConflictDoUpdate({
      target: [apiKey.tenantId, apiKey.id],
      set: { hmac: key.hmac, scopes: key.scopes },
    })
    .returning();
  if (row === undefined) throw new Error('the key was not saved');
  return row;
}

/** Where a page of the list by name goes on. */
export type ApiKeyPosition = Pick<ApiKeyRow, 'name' | 'id'>;

export function listApiKeys(
  { db, tenantId }: Scope,
  { limit, after }: { limit: number; after: ApiKeyPosition | undefined },
): Promise<ApiKeyRow[]> {
  const behind =
    after === undefined
      ? undefined
      : sql`(${apiKey.name}, ${apiKey.id}) > (${after.name}::text, ${after.id}::text)`;
  return db
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tenantId), behind))
    .orderBy(asc(apiKey.name), asc(apiKey.id))
    .limit(limit);
}

export async function countApiKeys({ db, tenantId }: Scope): Promise<number> {
  const [row] = await db.select({ all: count() }).from(apiKey).where(eq(apiKey.tenantId, tenantId));
  return row?.all ?? 0;
}

/** Those that can be used. */
export async function countLiveApiKeys({ db, tenantId }: Scope): Promise<number> {
  const running = or(isNull(apiKey.expiresAt), sql`${apiKey.expiresAt} > now()`);
  const [row] = await db
    .select({ live: count() })
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tenantId), isNull(apiKey.revokedAt), running));
  return row?.live ?? 0;
}

export async function findApiKey({ db, tenantId }: Scope, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.id, id)));
  return row;
}

/** Whether another key took its place. */
export async function isReplaced({ db, tenantId }: Scope, id: string): Promise<boolean> {
  const found = await db
    .select({ id: apiKey.id })
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.replaces, id)))
    .limit(1);
  return found.length > 0;
}

export async function endApiKey(
  { db, tenantId }: Scope,
  id: string,
  end: Partial<Pick<ApiKeyRow, 'expiresAt' | 'revokedAt'>>,
): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .update(apiKey)
    .set(end)
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.id, id)))
    .returning();
  return row;
}

/** Only ever forward: of uses that are told late the newest stays. */
export async function markUsed({ db, tenantId }: Scope, { id, at, address }: ApiKeyUse): Promise<void> {
  const time = new Date(at);
  const isNewer = sql`coalesce(${apiKey.lastUsedAt} < ${time.toISOString()}::timestamptz, true)`;
  await db
    .update(apiKey)
    .set({ lastUsedAt: time, lastUsedAddress: address })
    .where(and(eq(apiKey.tenantId, tenantId), eq(apiKey.id, id), isNewer));
}

export interface KeyRole extends RoleAssignmentRow {
  name: string;
}

/** What keys were assigned and have now, by key. */
export async function rolesOfKeys(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KeyRole[]>> {
  const rows = await db
    .select({ assignment: roleAssignment, name: sql<string>`coalesce(${role.name}, ${roleAssignment.role})` })
    .from(roleAssignment)
    .leftJoin(role, and(eq(role.tenantId, tenantId), sql`${role.id}::text = ${roleAssignment.role}`))
    .where(
      and(
        eq(roleAssignment.tenantId, tenantId),
        eq(roleAssignment.subjectKind, 'key'),
        sql`${roleAssignment.subjectId} = any(${sql.param([...ids])}::text[])`,
        or(isNull(roleAssignment.expiresAt), sql`${roleAssignment.expiresAt} > now()`),
      ),
    )
    .orderBy(asc(roleAssignment.createdAt), asc(roleAssignment.role));
  const held = rows.map(({ assignment, name }) => ({ ...assignment, name }));
  return Map.groupBy(held, ({ subjectId }) => subjectId);
}
