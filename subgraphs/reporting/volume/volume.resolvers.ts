import type { Resolvers } from '../generated/schema.ts';
import { busiestDay, tenantVolume, trackerVolume } from './volume.service.ts';

export const resolvers: Resolvers = {
  Query: {
    mentionVolume: (_, args, ctx) => tenantVolume(ctx, args),
  },
  Tracker: {
    __resolveReference: ({ id }) => ({ id }),
    volume: ({ id }, args, ctx) => trackerVolume(ctx, id, args),
    busiestDay: async ({ id }, args, ctx) => (await busiestDay(ctx, id, args)) ?? null,
  },
};
