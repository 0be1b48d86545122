import type { Resolvers } from '../generated/schema.ts';
import { trackersOf } from '../trackers/trackers.service.ts';
import { mentionFilter, updateMentionsResult } from './mentions.results.ts';
import {
  mentionById,
  mentionField,
  mentionsAssignedTo,
  tenantMentions,
  totalMentions,
  updateMentions,
} from './mentions.service.ts';

export const resolvers: Resolvers = {
  Query: {
    mentions: (_, { filter, ...page }, ctx) => tenantMentions(ctx, page, mentionFilter(filter ?? {})),
    mention: async (_, { id }, ctx) => (await mentionById(ctx, id)) ?? null,
  },
  Mutation: {
    updateMentions: async (_, { input }, ctx) => updateMentionsResult(await updateMentions(ctx, input)),
  },
  Mention: {
    __resolveReference: async ({ id }, ctx) => (await mentionById(ctx, id)) ?? null,
    text: (row, _args, ctx) => mentionField(ctx, row, 'text'),
    author: (row, _args, ctx) => mentionField(ctx, row, 'authorHandle'),
    authorName: (row, _args, ctx) => mentionField(ctx, row, 'authorName'),
    url: (row, _args, ctx) => mentionField(ctx, row, 'url'),
    trackers: ({ id }, _args, ctx) => trackersOf(ctx, id),
    assignee: ({ assigneeId }) => (assigneeId === null ? null : { id: assigneeId }),
  },
  Member: {
    __resolveReference: ({ id }) => ({ id }),
    assignedMentions: ({ id }, page, ctx) => mentionsAssignedTo(ctx, id, page),
  },
  MentionConnection: {
    totalCount: ({ filter }, _args, ctx) => totalMentions(ctx, filter),
  },
};
