import type { Resolvers } from '../generated/schema.ts';
import { changePlan } from './plan-changes.service.ts';

export const resolvers: Resolvers = {
  Mutation: {
    changePlan: async (_, { input }, ctx) => {
      const outcome = await changePlan(ctx, input);
      if ('changed' in outcome) return { __typename: 'PlanSubscription', ...outcome.changed };
      if ('refused' in outcome) return { __typename: 'ChangeRefused', message: outcome.refused };
      if ('inUse' in outcome) return { __typename: 'SeatsInUse', message: inUse(outcome.inUse), ...outcome };
      const message = `The change costs ${outcome.outdated.amount} ${outcome.outdated.currency}.`;
      return { __typename: 'QuoteOutdated', message, total: outcome.outdated };
    },
  },
};

const inUse = (count: number | null): string =>
  count === null
    ? 'How many members there are is not known yet; ask again in a moment.'
    : `There are ${count} active members, and each needs a seat.`;
