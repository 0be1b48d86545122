import type { Resolvers } from '../generated/schema.ts';
import { currentTenant, tenantReference } from './tenants.service.ts';

export const resolvers: Resolvers = {
  Query: {
    tenant: async (_, _args, ctx) => (await currentTenant(ctx)) ?? null,
  },
  Tenant: {
    __resolveReference: async ({ id }, ctx) => (await tenantReference(ctx, id)) ?? null,
  },
};
