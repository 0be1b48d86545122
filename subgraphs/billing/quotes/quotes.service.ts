import { allAddOns } from '../add-ons/add-ons.service.ts';
import type { Context } from '../context.ts';
import { money, type Money } from '../money/money.ts';
import { planVersions, versionAt } from '../plans/offers.service.ts';
import { listPlans } from '../plans/plans.queries.ts';
import type { PlanRow } from '../plans/plans.table.ts';
import { callerTerms, loadPrices } from '../prices/caller-prices.service.ts';
import { checkedMoment, checkedQuantity, itemText } from '../prices/price-item.ts';
import type { Line } from '../prices/price-line.ts';
import { tenantSubscription } from '../subscriptions/subscriptions.service.ts';
import type { PlanSubscriptionRow } from '../subscriptions/subscriptions.table.ts';
import { sumOf } from './quote.ts';
import { reckon, type Reckoning } from './reckoning.service.ts';
import { wantedChoice, type Catalogue, type Choice, type Refused, type WantedChange } from './wanted.ts';

export interface QuoteAsked extends WantedChange {
  usage?: readonly { meter: string; quantity: bigint }[] | null | undefined;
  at?: Date | null | undefined;
}

export interface Quoted {
  at: Date;
  choice: Choice;
  reckoning: Reckoning;
  currency: string;
}

const MOST_METERS = 20;

/** Everything there is to be had, which no transaction is needed for. */
export async function wholeCatalogue(ctx: Context): Promise<Catalogue> {
  const [plans, addOns] = await Promise.all([listPlans(ctx), allAddOns(ctx)]);
  const versions = plans.map(async (plan) => [plan.id, await planVersions(ctx, plan)] as const);
  return { plans, addOns, versions: new Map(await Promise.all(versions)) };
}

/** What a change would cost the caller at a moment, which may be over or to come. */
export async function quote(ctx: Context, asked: QuoteAsked): Promise<Quoted | Refused> {
  ctx.require('billing.read');
  const terms = callerTerms(ctx);
  const at = checkedMoment(asked.at ?? terms.now, terms.now);
  const usage = (asked.usage ?? []).map(({ meter, quantity }) => ({
    item: itemText({ kind: 'METER', key: meter }),
    quantity: checkedQuantity(quantity),
  }));
  if (usage.length > MOST_METERS) return { refused: `usage is of at most ${MOST_METERS} meters.` };
  const row = await tenantSubscription(ctx, ctx.tenantId);
  if (row === undefined) return { refused: 'There is no subscription to change yet.' };
  const catalogue = await wholeCatalogue(ctx);
  const choice = choose(catalogue, row, asked, at);
  if ('refused' in choice) return choice;
  const asking = { row, choice, terms, at, usage };
  const reckoning = await reckon(catalogue, asking, (on, items) => loadPrices(ctx, on, items));
  return { at, choice, reckoning, currency: row.currency };
}

/** What a subscription would become at a moment. */
export const choose = (
  catalogue: Catalogue,
  row: PlanSubscriptionRow,
  wanted: WantedChange,
  at: Date,
): Choice | Refused =>
  wantedChoice(catalogue, row, wanted, {
    at,
    latest: ({ id }: PlanRow) => versionAt(catalogue.versions.get(id) ?? [], at),
  });

export const quotedTotals = ({
  reckoning,
  currency,
}: Quoted): Record<'monthly' | 'usageTotal' | 'total', Money> => ({
  monthly: money(sumOf(reckoning.lines), currency),
  usageTotal: money(sumOf(reckoning.usage), currency),
  total: money(reckoning.total, currency),
});

/** What somebody should know before they agree. */
export const warningsOf = ({ reckoning: { lines, usage } }: Quoted): string[] =>
  [...lines, ...usage].flatMap(({ item, cheaperFrom }: Line) =>
    cheaperFrom === undefined ? [] : [`More units of ${item} cost less from ${cheaperFrom} on.`],
  );
