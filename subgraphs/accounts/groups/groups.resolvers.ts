import { groupAssignments, groupRoles } from '../assignments/assignments.service.ts';
import type { Resolvers } from '../generated/schema.ts';
import { createGroup, deleteGroup, renameGroup, setGroupMembers } from './group-changes.service.ts';
import { GROUP_NOT_FOUND, groupResult } from './groups.results.ts';
import { groupById, groupsOf, memberCountOf, tenantGroups } from './groups.service.ts';

export const resolvers: Resolvers = {
  Query: {
    groups: (_, _args, ctx) => tenantGroups(ctx),
  },
  Mutation: {
    createGroup: async (_, { input: { name } }, ctx) => groupResult(await createGroup(ctx, name)),
    renameGroup: async (_, { input: { id, name } }, ctx) => groupResult(await renameGroup(ctx, id, name)),
    setGroupMembers: async (_, { input: { id, memberIds } }, ctx) =>
      groupResult(await setGroupMembers(ctx, id, memberIds)),
    deleteGroup: async (_, { input: { id } }, ctx) =>
      (await deleteGroup(ctx, id)) === 'deleted' ? { __typename: 'GroupDeleted', id } : GROUP_NOT_FOUND,
  },
  Group: {
    __resolveReference: async ({ id }, ctx) => (await groupById(ctx, id)) ?? null,
    memberCount: ({ id }, _args, ctx) => memberCountOf(ctx, id),
    roles: ({ id }, _args, ctx) => groupRoles(ctx, id),
    assignments: ({ id }, _args, ctx) => groupAssignments(ctx, id),
  },
  Member: {
    groups: ({ id }, _args, ctx) => groupsOf(ctx, id),
  },
};
