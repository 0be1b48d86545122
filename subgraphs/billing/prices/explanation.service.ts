import type { Context } from '../context.ts';
import { money, type Money } from '../money/money.ts';
import { offeredVersion } from '../plans/offers.service.ts';
import { catalogue } from '../plans/plans.service.ts';
import { callerTerms, loadPrices, takingPlan, type Terms } from './caller-prices.service.ts';
import { charge, cheaperFrom } from './charge-model.ts';
import { checkedMoment, checkedQuantity, itemText, type PriceItem } from './price-item.ts';
import { priceOf } from './price-line.ts';
import type { PriceRow } from './prices.table.ts';
import type { Step } from './resolution.ts';

export interface ExplainedStep extends Omit<Step<PriceRow>, 'subject' | 'price'> {
  subject: string | null;
  price: PriceRow | null;
  amount: Money | null;
}

export interface Explained {
  at: Date;
  quantity: bigint;
  steps: ExplainedStep[];
  winner: ExplainedStep | null;
  amount: Money | null;
  cheaperFrom: bigint | null;
}

/** Why something costs the caller what it does; a plan is priced as the caller would have it. */
export async function explainPrice(
  ctx: Context,
  asked: { item: PriceItem; quantity?: bigint | null; at?: Date | null },
): Promise<Explained> {
  ctx.require('billing.read');
  const item = itemText(asked.item);
  const terms = await termsFor(ctx, asked.item);
  const quantity = checkedQuantity(asked.quantity ?? 1n);
  const at = checkedMoment(asked.at ?? terms.now, terms.now);
  const prices = await loadPrices(ctx, terms, [item]);
  const { steps, winner } = priceOf(prices.values(), { item, quantity }, { ...terms, at });
  const told = steps.map((step) => explained(step, quantity));
  const decides = told.find(({ verdict }) => verdict === 'WINS') ?? null;
  return {
    at,
    quantity,
    steps: told,
    winner: decides,
    amount: decides?.amount ?? null,
    cheaperFrom: winner === undefined ? null : (cheaperFrom(winner.model, quantity, winner.currency) ?? null),
  };
}

async function termsFor(ctx: Context, { kind, key }: PriceItem): Promise<Terms> {
  const terms = callerTerms(ctx);
  if (kind !== 'PLAN') return terms;
  const plan = (await catalogue(ctx)).find((one) => one.key === key);
  return plan === undefined ? terms : takingPlan(terms, plan.key, (await offeredVersion(ctx, plan)).version);
}

function explained({ level, subject, price, verdict }: Step<PriceRow>, quantity: bigint): ExplainedStep {
  const amount = price && money(charge(price.model, quantity, price.currency), price.currency);
  const named = level === 'CONTRACT' || level === 'DEFAULT' ? null : subject.slice(subject.indexOf(':') + 1);
  return { level, subject: named, price: price ?? null, verdict, amount: amount ?? null };
}
