import type { Context } from '../context.ts';
import { money, type Money } from '../money/money.ts';
import { callerTerms, loadPrices } from '../prices/caller-prices.service.ts';
import { lineOf } from '../prices/price-line.ts';
import { addOnCatalogue } from './add-ons.queries.ts';
import type { AddOnRow } from './add-ons.table.ts';

/** Everything there is beside plans. */
export const allAddOns = async (ctx: Context): Promise<AddOnRow[]> =>
  (await ctx.load(addOnCatalogue, 'all')) ?? [];

/** Those that bring something a plan with these features has not. */
export const addOnsBeside = async (ctx: Context, features: readonly string[]): Promise<AddOnRow[]> =>
  (await allAddOns(ctx)).filter((addOn) => addOn.features.some((feature) => !features.includes(feature)));

/** What the caller pays for a month of it. */
export async function addOnPrice(ctx: Context, { key }: AddOnRow): Promise<Money> {
  const terms = callerTerms(ctx);
  const item = `add_on:${key}`;
  const prices = await loadPrices(ctx, terms, [item]);
  const { amount } = lineOf(prices.values(), { item, quantity: 1n }, { ...terms, at: terms.now });
  return money(amount, terms.currency);
}
