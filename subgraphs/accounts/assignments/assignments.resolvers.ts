import type { Resolvers } from '../generated/schema.ts';
import { memberReference } from '../members/members.service.ts';
import { assignRoles } from './assign-roles.service.ts';
import { assignRolesResult, subjectSent } from './assignments.results.ts';
import { groupOf, memberAssignments, roleOf } from './assignments.service.ts';

const SOURCES = { manual: 'MANUAL', invitation: 'INVITATION', setup: 'SETUP' } as const;

export const resolvers: Resolvers = {
  Mutation: {
    assignRoles: async (_, { input: { subject, roles } }, ctx) => {
      const wanted = roles.map(({ role, expiresAt }) => ({ role, expiresAt: expiresAt ?? null }));
      return assignRolesResult(await assignRoles(ctx, subjectSent(subject), wanted));
    },
  },
  RoleAssignment: {
    role: async (assignment, _args, ctx) => (await roleOf(ctx, assignment)) ?? null,
    source: ({ source }) => SOURCES[source],
    assignedBy: async ({ assignedBy }, _args, ctx) =>
      assignedBy === null ? null : ((await memberReference(ctx, assignedBy)) ?? null),
    via: async (assignment, _args, ctx) => (await groupOf(ctx, assignment)) ?? null,
  },
  Member: {
    assignments: ({ id }, _args, ctx) => memberAssignments(ctx, id),
  },
};
