import { asc, desc, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { planVersion } from './plan-versions.table.ts';
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

/** Each plan with the features of the version that can be had now, the smallest plan first. */
export const plansOnOffer = ({ db }: Scope): Promise<{ key: PlanKey; features: string[] }[]> => {
  const latest = db
    .selectDistinctOn([planVersion.planId], { planId: planVersion.planId, features: planVersion.features })
    .from(planVersion)
    .where(sql`${planVersion.validFrom} <= now()`)
    .orderBy(planVersion.planId, desc(planVersion.version))
    .as('latest');
  return db
    .select({ key: plan.key, features: latest.features })
    .from(plan)
    .innerJoin(latest, eq(latest.planId, plan.id))
    .orderBy(asc(plan.sort));
};
