import { isId } from '@chorus/shared/id.ts';
import type { Context, Scope } from '../context.ts';
import { listPlans, planWithKey, plansById } from './plans.queries.ts';
import type { PlanKey, PlanRow } from './plans.table.ts';

export function catalogue(ctx: Context): Promise<PlanRow[]> {
  ctx.require('billing.read');
  return listPlans(ctx);
}

/** Undefined for an id that no plan has. */
export async function planById(ctx: Context, id: string): Promise<PlanRow | undefined> {
  ctx.require('billing.read');
  return isId(id) ? ctx.load(plansById, id) : undefined;
}

/** The plan that stands for a key; every installation has all of them. */
export async function planByKey(scope: Scope, key: PlanKey): Promise<PlanRow> {
  const found = await planWithKey(scope, key);
  if (found === undefined) throw new Error(`there is no plan ${key}`);
  return found;
}
