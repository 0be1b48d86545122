import type { Resolvers } from '../generated/schema.ts';
import { createTrackerResult, deleteTrackerResult } from './trackers.results.ts';
import { createTracker, deleteTracker, tenantTrackers, trackerById } from './trackers.service.ts';

export const resolvers: Resolvers = {
  Query: {
    trackers: (_, _args, ctx) => tenantTrackers(ctx),
    tracker: async (_, { id }, ctx) => (await trackerById(ctx, id)) ?? null,
  },
  Mutation: {
    createTracker: async (_, { input: { name, handles, hashtags } }, ctx) =>
      createTrackerResult(
        await createTracker(ctx, { name, handles: handles ?? [], hashtags: hashtags ?? [] }),
        name,
      ),
    deleteTracker: async (_, { input: { id } }, ctx) => deleteTrackerResult(await deleteTracker(ctx, id), id),
  },
  Tracker: {
    __resolveReference: async ({ id }, ctx) => (await trackerById(ctx, id)) ?? null,
  },
};
