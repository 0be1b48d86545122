import type { Resolvers } from '../generated/schema.ts';
import { signInResult } from './sign-in-result.ts';
import { switchTenant } from './switch-tenant.service.ts';

export const resolvers: Resolvers = {
  Mutation: {
    switchTenant: (_, { input }, ctx) => signInResult(switchTenant(ctx, input.tenant)),
  },
};
