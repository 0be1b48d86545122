import type { Resolvers } from '../generated/schema.ts';
import { createRole, updateRole } from './role-changes.service.ts';
import { deleteRole } from './role-deletion.service.ts';
import { deleteRoleResult, grantSent, grantShown, roleResult } from './roles.results.ts';
import { holderCount, roleById, tenantRoles } from './roles.service.ts';
import { SYSTEM_ROLE_ROWS } from './system-roles.ts';

export const resolvers: Resolvers = {
  Query: {
    roles: (_, _args, ctx) => tenantRoles(ctx),
  },
  Mutation: {
    createRole: async (_, { input: { name, description, grants, copyOf } }, ctx) =>
      roleResult(
        await createRole(ctx, {
          name,
          description: description ?? undefined,
          grants: grants?.map(grantSent),
          copyOf: copyOf ?? undefined,
        }),
      ),
    updateRole: async (_, { input: { id, name, description, grants } }, ctx) =>
      roleResult(
        await updateRole(ctx, {
          id,
          name: name ?? undefined,
          description: description ?? undefined,
          grants: grants?.map(grantSent),
        }),
      ),
    deleteRole: async (_, { input: { id, reassignTo } }, ctx) =>
      deleteRoleResult(await deleteRole(ctx, id, reassignTo ?? undefined), id),
  },
  Role: {
    __resolveReference: async ({ id }, ctx) => (await roleById(ctx, id)) ?? null,
    system: ({ id }) => SYSTEM_ROLE_ROWS.has(id),
    grants: ({ grants }) => grants.map(grantShown),
    holderCount: ({ id }, _args, ctx) => holderCount(ctx, id),
  },
};
