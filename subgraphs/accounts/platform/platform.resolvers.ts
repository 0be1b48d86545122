import type { Resolvers } from '../generated/schema.ts';
import { signInResult } from '../sessions/sign-in-result.ts';
import { staffSignIn } from '../sessions/sign-in.service.ts';
import { createTenant, customers, setCustomerGroup, suspendTenant } from './platform.service.ts';

const UNKNOWN = { __typename: 'TenantUnknown', message: 'There is no such tenant.' } as const;

const changed = (tenantId: string, done: boolean) =>
  done ? ({ __typename: 'TenantUpdated', tenantId } as const) : UNKNOWN;

export const resolvers: Resolvers = {
  Query: {
    customers: (_, args, ctx) => customers(ctx, args),
  },
  Mutation: {
    staffSignIn: (_, { input }, ctx) => signInResult(staffSignIn(ctx, input)),
    createTenant: async (_, { input }, ctx) => {
      const outcome = await createTenant(ctx, input);
      if (outcome === 'slug-taken')
        return { __typename: 'SlugTaken', message: `Another tenant is called ${input.slug}.` };
      if ('invalid' in outcome) return { __typename: 'TenantInvalid', message: outcome.invalid };
      return { __typename: 'TenantCreated', customer: outcome };
    },
    suspendTenant: async (_, { input: { tenantId, suspended } }, ctx) =>
      changed(tenantId, await suspendTenant(ctx, tenantId, suspended ?? true)),
    setCustomerGroup: async (_, { input: { tenantId, customerGroup } }, ctx) => {
      const outcome = await setCustomerGroup(ctx, tenantId, customerGroup);
      return typeof outcome === 'boolean'
        ? changed(tenantId, outcome)
        : { __typename: 'TenantInvalid', message: outcome.invalid };
    },
  },
};
