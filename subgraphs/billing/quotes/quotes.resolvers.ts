import type { Resolvers } from '../generated/schema.ts';
import { money } from '../money/money.ts';
import { quote, quotedTotals, warningsOf, type Quoted } from './quotes.service.ts';

export const resolvers: Resolvers = {
  Query: {
    quote: async (_, { input }, ctx) => {
      const outcome = await quote(ctx, input);
      return 'refused' in outcome
        ? { __typename: 'QuoteRefused', message: outcome.refused }
        : { __typename: 'Quote', ...told(outcome) };
    },
  },
};

function told(quoted: Quoted) {
  const { at, choice, reckoning, currency } = quoted;
  const inMoney = <T extends { amount: bigint }>(line: T) => ({
    ...line,
    amount: money(line.amount, currency),
  });
  return {
    at,
    plan: choice.plan,
    version: choice.version.version,
    seats: choice.seats,
    addOns: choice.addOns,
    trialEndsAt: choice.trialEndsAt,
    periodStart: reckoning.period.start,
    periodEnd: reckoning.period.end,
    lines: reckoning.lines.map(inMoney),
    usage: reckoning.usage.map(inMoney),
    prorations: reckoning.prorations.map(inMoney),
    warnings: warningsOf(quoted),
    ...quotedTotals(quoted),
  };
}
