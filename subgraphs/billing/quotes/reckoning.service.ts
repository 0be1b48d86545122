import { personalSubjects, takingPlan, type Prices, type Terms } from '../prices/caller-prices.service.ts';
import { lineOf, type Line } from '../prices/price-line.ts';
import type { Period } from '../prices/proration.ts';
import { periodAt } from '../subscriptions/billing-period.ts';
import type { PlanSubscriptionRow } from '../subscriptions/subscriptions.table.ts';
import { itemsOf, monthlyLines, prorate, sumOf, type ProratedLine, type Taken } from './quote.ts';
import { choiceOf, type Catalogue, type Choice } from './wanted.ts';

/** A change in money. */
export interface Reckoning {
  period: Period;
  /** A month of what is wanted. */
  lines: Line[];
  usage: Line[];
  /** What the change gives back and asks for until the end of the period. */
  prorations: ProratedLine[];
  total: bigint;
}

interface Asked {
  row: PlanSubscriptionRow;
  choice: Choice;
  terms: Terms;
  at: Date;
  usage?: readonly { item: string; quantity: bigint }[];
}

const taken = ({ plan, version, seats, addOns, trialEndsAt }: Choice, terms: Terms, at: Date): Taken => ({
  planKey: plan.key,
  includedSeats: version.includedSeats,
  seats,
  addOns,
  inTrial: trialEndsAt !== null && trialEndsAt > at,
  subjects: takingPlan(terms, plan.key, version.version).subjects,
});

/** On whose prices the subscription was changed last. */
const termsBefore = (terms: Terms, { terms: before }: PlanSubscriptionRow): Terms => {
  const mine = new Set(personalSubjects(terms));
  const shared = terms.subjects.filter((subject) => !mine.has(subject));
  const special = shared.findIndex((subject) => subject.startsWith('plan:') || subject === 'default');
  return { ...terms, subjects: shared.toSpliced(special, 0, ...before) };
};

/** What a change costs, and what a month of it does; quotes tell it, and `changePlan` charges it. */
export async function reckon(
  catalogue: Catalogue,
  { row, choice, terms, at, usage = [] }: Asked,
  pricesOf: (terms: Terms, items: readonly string[]) => Promise<Prices>,
): Promise<Reckoning> {
  const { currency } = row;
  const period = periodAt(row.periodStart, at);
  const before = taken(choiceOf(catalogue, row), termsBefore(terms, row), at);
  const after = taken(choice, terms, at);
  const items = [...itemsOf(before), ...itemsOf(after), ...usage].map(({ item }) => item);
  const subjects = [...new Set([...before.subjects, ...after.subjects])];
  const prices = await pricesOf({ ...terms, subjects }, [...new Set(items)]);
  // What is given back is what was asked for: at the beginning of the period, or when it was changed within it.
  const settled = new Date(Math.min(at.getTime(), Math.max(period.start.getTime(), row.changedAt.getTime())));
  const lines = monthlyLines(prices, after, { currency, at });
  const had = before.inTrial ? [] : monthlyLines(prices, before, { currency, at: settled });
  const prorations = prorate(
    { lines: had, inTrial: before.inTrial },
    { lines, inTrial: after.inTrial },
    period,
    at,
  );
  const used = usage.map((asked) =>
    lineOf(prices.values(), asked, { subjects: after.subjects, currency, at }),
  );
  return { period, lines, usage: used, prorations, total: sumOf(prorations) };
}
