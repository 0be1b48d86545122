import type { Resolvers } from '../generated/schema.ts';
import { permissionCatalogue } from './permissions.service.ts';

export const resolvers: Resolvers = {
  Query: {
    permissions: (_, _args, ctx) =>
      permissionCatalogue(ctx).map((entry) => ({
        ...entry,
        assurance: entry.assurance === 'mfa' ? 'MFA' : 'PASSWORD',
        maxAge: entry.assurance === 'mfa' ? entry.maxAge : null,
      })),
  },
};
