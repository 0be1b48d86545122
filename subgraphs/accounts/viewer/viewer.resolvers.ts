import type { Resolvers } from '../generated/schema.ts';
import { viewer } from './viewer.service.ts';

export const resolvers: Resolvers = {
  Query: {
    viewer: (_, _args, ctx) => viewer(ctx),
  },
};
