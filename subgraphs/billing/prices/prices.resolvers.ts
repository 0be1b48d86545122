import type { Resolvers } from '../generated/schema.ts';
import { explainPrice } from './explanation.service.ts';
import { toldModel } from './told-model.ts';

export const resolvers: Resolvers = {
  Query: {
    priceExplanation: (_, { item, quantity, at }, ctx) =>
      explainPrice(ctx, { item, quantity: quantity ?? null, at: at ?? null }),
  },
  Price: {
    model: ({ model }) => toldModel(model),
  },
};
