import { asc, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { plan, type PlanKey, type PlanRow } from './plans.table.ts';

export const listPlans = ({ db }: Scope): Promise<PlanRow[]> =>
  db.select().from(plan).orderBy(asc(plan.sort));

export async function plansById({ db }: Scope, ids: readonly string[]) {
  const rows = await db
    .select()
    .from(plan)
    .where(sql`${plan.id} = any(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function planWithKey({ db }: Scope, key: PlanKey): Promise<PlanRow | undefined> {
  const [row] = await db.select().from(plan).where(eq(plan.key, key));
  return row;
}
