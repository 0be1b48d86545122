import type { Resolvers } from '../generated/schema.ts';
import { memberCount, memberReference, tenantMembers } from './members.service.ts';

export const resolvers: Resolvers = {
  Query: {
    members: (_, args, ctx) => tenantMembers(ctx, args),
  },
  MemberConnection: {
    totalCount: (_, _args, ctx) => memberCount(ctx),
  },
  Member: {
    __resolveReference: async ({ id }, ctx) => (await memberReference(ctx, id)) ?? null,
  },
};
