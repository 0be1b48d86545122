import type { Resolvers } from '../generated/schema.ts';
import { auditLog } from './audit-log.service.ts';

export const resolvers: Resolvers = {
  Query: {
    auditLog: (_, { filter, ...args }, ctx) => auditLog(ctx, args, filter ?? {}),
  },
};
