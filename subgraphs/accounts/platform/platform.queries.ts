import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';

type Db = Scope['db'];

/** A tenant as staff sees it. */
export interface CustomerRow {
  id: string;
  slug: string;
  name: string;
  customerGroup: string;
  active: boolean;
}

/** By slug, behind `after`. */
export const listCustomers = async (db: Db, after: string, limit: number): Promise<CustomerRow[]> => [
  ...(await db.execute<CustomerRow & Record<string, unknown>>(sql`
    select tenant_id as id, slug, name, customer_group as "customerGroup", active
    from list_tenants(${after}::text, ${limit}::int)`)),
];

/** False when the slug is taken. */
export async function openTenant(
  { db, tenantId }: Scope,
  { slug, name, customerGroup }: Pick<CustomerRow, 'slug' | 'name' | 'customerGroup'>,
): Promise<boolean> {
  const [row] = await db.execute<{ done: boolean }>(sql`
    select open_tenant(${tenantId}::uuid, ${slug}::text, ${name}::text, ${customerGroup}::text) as done`);
  return row?.done === true;
}

/** What is left out stays as it is; false when there is no such tenant. */
export async function changeTenant(
  { db, tenantId }: Scope,
  { active, customerGroup }: Partial<Pick<CustomerRow, 'active' | 'customerGroup'>>,
): Promise<boolean> {
  const [row] = await db.execute<{ done: boolean }>(sql`
    select change_tenant(${tenantId}::uuid, ${active ?? null}::boolean, ${customerGroup ?? null}::text) as done`);
  return row?.done === true;
}
