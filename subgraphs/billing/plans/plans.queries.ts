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

/** What a plan has that can be had now. */
export interface PlanOnOffer {
  key: PlanKey;
  features: string[];
  /** Null for none. */
  operationLimit: number | null;
}

/** Each plan with the version that can be had now, the smallest plan first. */
export const plansOnOffer = ({ db }: Scope): Promise<PlanOnOffer[]> => {
  const { planId, features, operationLimit } = planVersion;
  const latest = db
    .selectDistinctOn([planId], { planId, features, operationLimit })
    .from(planVersion)
    .where(sql`${planVersion.validFrom} <= now()`)
    .orderBy(planVersion.planId, desc(planVersion.version))
    .as('latest');
  return db
    .select({ key: plan.key, features: latest.features, operationLimit: latest.operationLimit })
    .from(plan)
    .innerJoin(latest, eq(latest.planId, plan.id))
    .orderBy(asc(plan.sort));
};
