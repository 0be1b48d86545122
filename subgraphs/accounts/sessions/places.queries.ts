import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';

/** A person's membership of another tenant than the one they act in. */
export interface Place extends Record<string, unknown> {
  tenantId: string;
  memberId: string;
  personId: string;
  slug: string;
  name: string;
}

/** Where the people behind these members can go over to, by name; perhaps only to the tenant with this slug. */
export async function otherPlaces(
  { db, tenantId }: Scope,
  memberIds: readonly string[],
  slug: string | null = null,
): Promise<ReadonlyMap<string, Place[]>> {
  const rows = await db.execute<Place & { self: string }>(sql`
    select self, tenant_id as "tenantId", member_id as "memberId", person_id as "personId", slug, name
    from unnest(${sql.param([...memberIds])}::uuid[]) self, other_places(${tenantId}::uuid, self, ${slug}::text)`);
  return Map.groupBy(rows, ({ self }) => self);
}
