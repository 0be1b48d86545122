import type { Resolvers } from '../generated/schema.ts';
import { removeMember, setMemberActive } from './member-changes.service.ts';
import { removeMemberResult, setMemberActiveResult } from './members.results.ts';
import { emailOf, memberCount, memberReference, rolesOf, tenantMembers } from './members.service.ts';

export const resolvers: Resolvers = {
  Query: {
    members: (_, { group, ...page }, ctx) => tenantMembers(ctx, page, { groupId: group ?? undefined }),
  },
  Mutation: {
    removeMember: async (_, { input: { memberId } }, ctx) =>
      removeMemberResult(await removeMember(ctx, memberId), memberId),
    setMemberActive: async (_, { input: { memberId, active } }, ctx) =>
      setMemberActiveResult(await setMemberActive(ctx, memberId, active)),
  },
  MemberConnection: {
    totalCount: ({ filter }, _args, ctx) => memberCount(ctx, filter),
  },
  Member: {
    email: (row, _args, ctx) => emailOf(ctx, row),
    roles: ({ id }, _args, ctx) => rolesOf(ctx, id),
    __resolveReference: async ({ id }, ctx) => (await memberReference(ctx, id)) ?? null,
  },
};
