import { groupOf, roleOf } from '../assignments/assignments.service.ts';
import type { Resolvers } from '../generated/schema.ts';
import { grantShown } from '../roles/roles.results.ts';
import { explainAccess } from './access.service.ts';

export const resolvers: Resolvers = {
  Query: {
    explainAccess: async (_, { memberId, permission, resource }, ctx) => {
      const found = await explainAccess(ctx, memberId, permission, resource ?? undefined);
      if (found === undefined) return null;
      const { assignment, grant, ...explained } = found;
      return {
        ...explained,
        grant: grant && grantShown(grant),
        role: assignment && ((await roleOf(ctx, assignment)) ?? null),
        via: assignment && ((await groupOf(ctx, assignment)) ?? null),
        expiresAt: assignment?.expiresAt ?? null,
      };
    },
  },
};
