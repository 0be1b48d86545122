import type { Resolvers } from '../generated/schema.ts';
import { pageById, suggestPages } from './pages.service.ts';

export const resolvers: Resolvers = {
  Query: {
    suggestPages: (_, { prefix, first }, ctx) => suggestPages(ctx, prefix, first ?? undefined),
  },
  Page: {
    __resolveReference: async ({ id }, ctx) => (await pageById(ctx, id)) ?? null,
  },
};
