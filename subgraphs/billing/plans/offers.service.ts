import type { Context } from '../context.ts';
import { money, type Money } from '../money/money.ts';
import { callerTerms, loadPrices, takingPlan, type Terms } from '../prices/caller-prices.service.ts';
import { lineOf } from '../prices/price-line.ts';
import { versionsOfPlans } from './plan-versions.queries.ts';
import type { PlanVersionRow } from './plan-versions.table.ts';
import type { PlanRow } from './plans.table.ts';

/** All versions of a plan, the first one first. */
export const planVersions = async (ctx: Context, { id }: Pick<PlanRow, 'id'>): Promise<PlanVersionRow[]> =>
  (await ctx.load(versionsOfPlans, id)) ?? [];

/** The one that whoever subscribes at a moment gets: the latest that has begun, and before the first one that. */
export function versionAt(versions: readonly PlanVersionRow[], at: Date): PlanVersionRow {
  const found = versions.findLast(({ validFrom }) => validFrom <= at) ?? versions[0];
  if (found === undefined) throw new Error('a plan has no version');
  return found;
}

/** The one the caller has, or would get. */
export async function offeredVersion(ctx: Context, plan: PlanRow): Promise<PlanVersionRow> {
  const versions = await planVersions(ctx, plan);
  const terms = callerTerms(ctx);
  const held = terms.subjects.find((subject) => subject.startsWith(`plan:${plan.key}@`));
  const own = versions.find(({ version }) => held === `plan:${plan.key}@${version}`);
  return own ?? versionAt(versions, terms.now);
}

/** What the caller pays for a month of the plan. */
export async function planPrice(ctx: Context, plan: PlanRow): Promise<Money> {
  const { version } = await offeredVersion(ctx, plan);
  const terms: Terms = takingPlan(callerTerms(ctx), plan.key, version);
  const item = `plan:${plan.key}`;
  const prices = await loadPrices(ctx, terms, [item]);
  const { amount } = lineOf(prices.values(), { item, quantity: 1n }, { ...terms, at: terms.now });
  return money(amount, terms.currency);
}
