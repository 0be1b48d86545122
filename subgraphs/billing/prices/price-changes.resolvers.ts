import type { Resolvers } from '../generated/schema.ts';
import { createPlanVersion } from './plan-version-changes.service.ts';
import {
  setCustomerGroupPrice,
  setMemberPrice,
  setPriceOverride,
  type PriceOutcome,
} from './price-changes.service.ts';

export const resolvers: Resolvers = {
  Mutation: {
    setPriceOverride: async (_, { input }, ctx) => {
      const outcome = await setPriceOverride(ctx, input);
      return outcome === 'unknown'
        ? { __typename: 'CustomerUnknown', message: 'There is no such customer.' }
        : result(outcome);
    },
    setCustomerGroupPrice: async (_, { input }, ctx) => result(await setCustomerGroupPrice(ctx, input)),
    setMemberPrice: async (_, { input }, ctx) => result(await setMemberPrice(ctx, input)),
    createPlanVersion: async (_, { input }, ctx) => {
      const outcome = await createPlanVersion(ctx, input);
      return 'refused' in outcome
        ? { __typename: 'PlanVersionRefused', message: outcome.refused }
        : { __typename: 'PlanVersion', ...outcome };
    },
  },
};

function result(outcome: PriceOutcome) {
  if ('refused' in outcome) return { __typename: 'PriceRefused' as const, message: outcome.refused };
  if ('ended' in outcome) return { __typename: 'PriceChange' as const, ...outcome };
  const message = 'Another price of the same thing holds at that time; `replace` ends it.';
  return { __typename: 'PriceOverlaps' as const, message, priceId: outcome.overlaps };
}
