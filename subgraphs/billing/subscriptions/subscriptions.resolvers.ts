import type { Resolvers } from '../generated/schema.ts';
import {
  currentPeriod,
  heldAddOns,
  nextChange,
  nextPlan,
  subscribedTo,
  tenantSubscription,
} from './subscriptions.service.ts';

export const resolvers: Resolvers = {
  Query: {
    subscription: async (_, _args, ctx) => (await tenantSubscription(ctx, ctx.tenantId)) ?? null,
  },
  Tenant: {
    __resolveReference: ({ id }) => ({ id }),
    subscription: async ({ id }, _args, ctx) => (await tenantSubscription(ctx, id)) ?? null,
  },
  PlanSubscription: {
    plan: async (subscription, _args, ctx) => (await subscribedTo(ctx, subscription)) ?? null,
    version: ({ planVersion }) => planVersion,
    addOns: (subscription, _args, ctx) => heldAddOns(ctx, subscription),
    nextChange: (subscription) => nextChange(subscription),
    periodStart: (subscription) => currentPeriod(subscription).start,
    periodEnd: (subscription) => currentPeriod(subscription).end,
  },
  PlannedChange: {
    plan: async (_, _args, ctx) => (await nextPlan(ctx)) ?? null,
  },
};
