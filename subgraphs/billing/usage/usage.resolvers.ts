import type { Resolvers } from '../generated/schema.ts';
import { meterUsage, recordUsageResult } from './usage.results.ts';
import { recordUsage, tenantUsage } from './usage.service.ts';

export const resolvers: Resolvers = {
  Query: {
    usage: async (_, args, ctx) => (await tenantUsage(ctx, args)).map(meterUsage),
  },
  Mutation: {
    recordUsage: async (_, { input }, ctx) => recordUsageResult(await recordUsage(ctx, input.events)),
  },
  Tenant: {
    usage: async ({ id }, args, ctx) =>
      id === ctx.tenantId ? (await tenantUsage(ctx, args)).map(meterUsage) : null,
  },
};
