import type { Resolvers } from '../generated/schema.ts';
import { tenantVolume, trackerVolume } from './volume.service.ts';

export const resolvers: Resolvers = {
  Query: {
    mentionVolume: (_, args, ctx) => tenantVolume(ctx, args),
  },
  Tracker: {
    __resolveReference: ({ id }) => ({ id }),
    volume: ({ id }, args, ctx) => trackerVolume(ctx, id, args),
  },
};
