import { and, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { tenant, type TenantRow } from './tenants.table.ts';

/** At most the scope's own tenant, whatever is asked for. */
export async function tenantsById(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TenantRow>> {
  const wanted = sql`${tenant.id} = any(${sql.param([...ids])}::uuid[])`;
  const rows = await db
    .select()
    .from(tenant)
    .where(and(eq(tenant.id, tenantId), wanted));
  return new Map(rows.map((row) => [row.id, row]));
}

/** As the worker role, which sees all tenants. */
export async function tenantIdOf(db: Scope['db'], slug: string): Promise<string | undefined> {
  const [row] = await db.select({ id: tenant.id }).from(tenant).where(eq(tenant.slug, slug));
  return row?.id;
}

/** Does nothing when the tenant is there already. */
export async function insertTenant(
  { db, tenantId }: Scope,
  { slug, name }: Pick<TenantRow, 'slug' | 'name'>,
) {
  await db.insert(tenant).values({ id: tenantId, slug, name }).onConflictDoNothing({ target: tenant.id });
}

/** Held until the transaction ends. */
export async function lockTenantRow({ db, tenantId }: Scope): Promise<void> {
  await db.select({ id: tenant.id }).from(tenant).where(eq(tenant.id, tenantId)).for('update');
}

/** The tenant's next version; the row stays locked until commit, so versions follow the order of changes. */
export async function nextVersion({ db, tenantId }: Scope): Promise<number> {
  const [row] = await db
    .update(tenant)
    .set({ version: sql`${tenant.version} + 1` })
    .where(eq(tenant.id, tenantId))
    .returning({ version: tenant.version });
  if (row === undefined) throw new Error('no such tenant');
  return row.version;
}
