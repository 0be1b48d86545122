import { addOnsBeside } from '../add-ons/add-ons.service.ts';
import type { Resolvers } from '../generated/schema.ts';
import { offeredVersion, planPrice, planVersions } from './offers.service.ts';
import { catalogue, planById } from './plans.service.ts';

export const resolvers: Resolvers = {
  Query: {
    plans: (_, _args, ctx) => catalogue(ctx),
  },
  Plan: {
    __resolveReference: async ({ id }, ctx) => (await planById(ctx, id)) ?? null,
    price: (plan, _args, ctx) => planPrice(ctx, plan),
    version: async (plan, _args, ctx) => (await offeredVersion(ctx, plan)).version,
    features: async (plan, _args, ctx) => (await offeredVersion(ctx, plan)).features,
    includedSeats: async (plan, _args, ctx) => (await offeredVersion(ctx, plan)).includedSeats,
    trialDays: async (plan, _args, ctx) => (await offeredVersion(ctx, plan)).trialDays,
    versions: (plan, _args, ctx) => planVersions(ctx, plan),
    addOns: async (plan, _args, ctx) => addOnsBeside(ctx, (await offeredVersion(ctx, plan)).features),
  },
};
