import type { Resolvers } from '../generated/schema.ts';
import {
  memberSessions,
  revokeMemberSessions,
  revokeOtherSessions,
  revokeSession,
} from './administration.service.ts';

export const resolvers: Resolvers = {
  Query: {
    sessions: (_, { memberId, ...args }, ctx) => memberSessions(ctx, args, memberId ?? undefined),
  },
  Mutation: {
    revokeSession: async (_, { input }, ctx) => {
      const count = await revokeSession(ctx, input.id);
      return count === 'unknown-session'
        ? { __typename: 'NoSuchSession', message: 'There is no such session, or it is over.' }
        : { __typename: 'SessionsRevoked', count };
    },
    revokeOtherSessions: async (_, _args, ctx) => ({
      __typename: 'SessionsRevoked',
      count: await revokeOtherSessions(ctx),
    }),
    revokeMemberSessions: async (_, { input }, ctx) => {
      const count = await revokeMemberSessions(ctx, input.memberId);
      return count === 'unknown-member'
        ? { __typename: 'NoSuchSessionMember', message: 'There is no such member.' }
        : { __typename: 'SessionsRevoked', count };
    },
  },
  SessionInfo: {
    current: ({ id }, _args, ctx) => id === ctx.identity.sessionId,
    startedAt: ({ authTime }) => authTime,
    lastUsedAt: ({ rotatedAt }) => rotatedAt,
  },
};
