import type { Resolvers } from '../generated/schema.ts';
import { shareOfVoice } from './share-of-voice.service.ts';

export const resolvers: Resolvers = {
  Query: {
    shareOfVoice: async (_, args, ctx) =>
      (await shareOfVoice(ctx, args)).map(({ trackerId, ...rest }) => ({
        ...rest,
        tracker: { id: trackerId },
      })),
  },
};
