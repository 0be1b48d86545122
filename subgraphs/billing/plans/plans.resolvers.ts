import type { Resolvers } from '../generated/schema.ts';
import { catalogue, listPrice, planById } from './plans.service.ts';

export const resolvers: Resolvers = {
  Query: {
    plans: (_, _args, ctx) => catalogue(ctx),
  },
  Plan: {
    __resolveReference: async ({ id }, ctx) => (await planById(ctx, id)) ?? null,
    price: listPrice,
  },
};
