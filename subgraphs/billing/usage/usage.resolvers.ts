import type { Resolvers } from '../generated/schema.ts';
import { meterUsage, recordUsageResult } from './usage.results.ts';
import { recordUsage, tenantUsage, usageOf } from './usage.service.ts';

export const resolvers: Resolvers = {
  Query: {
    usage: async (_, args, ctx) => (await tenantUsage(ctx, args)).map(meterUsage),
  },
  Mutation: {
    recordUsage: async (_, { input }, ctx) => recordUsageResult(await recordUsage(ctx, input.events)),
  },
  Tenant: {
    usage: async ({ id }, args, ctx) => (await usageOf(ctx, id, args))?.map(meterUsage) ?? null,
  },
};
