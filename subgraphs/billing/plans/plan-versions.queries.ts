import { asc, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { planVersion, type PlanVersionRow } from './plan-versions.table.ts';

/** All versions of each plan, the first one first; those to come are among them. */
export async function versionsOfPlans({ db }: Scope, planIds: readonly string[]) {
  const rows = await db
    .select()
    .from(planVersion)
    .where(sql`${planVersion.planId} = any(${sql.param([...planIds])}::uuid[])`)
    .orderBy(asc(planVersion.version));
  return Map.groupBy(rows, ({ planId }) => planId) as ReadonlyMap<string, PlanVersionRow[]>;
}

export const insertPlanVersion = async ({ db }: Scope, row: PlanVersionRow): Promise<void> => {
  await db.insert(planVersion).values(row);
};
