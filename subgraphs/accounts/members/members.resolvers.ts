import type { Resolvers } from '../generated/schema.ts';
import { memberCount, memberReference, rolesOf, tenantMembers } from './members.service.ts';

export const resolvers: Resolvers = {
  Query: {
    members: (_, args, ctx) => tenantMembers(ctx, args),
  },
  MemberConnection: {
    totalCount: (_, _args, ctx) => memberCount(ctx),
  },
  Member: {
    roles: ({ id }, _args, ctx) => rolesOf(ctx, id),
    __resolveReference: async ({ id }, ctx) => (await memberReference(ctx, id)) ?? null,
  },
};
