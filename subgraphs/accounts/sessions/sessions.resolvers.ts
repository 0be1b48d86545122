import type { Resolvers } from '../generated/schema.ts';
import { viewerAs } from '../viewer/viewer.service.ts';
import { stepUp } from './elevation.service.ts';
import { refreshSession, signOut } from './refresh.service.ts';
import { signInResult } from './sign-in-result.ts';
import { completeMfa, signIn } from './sign-in.service.ts';

export const resolvers: Resolvers = {
  Mutation: {
    signIn: (_, { input }, ctx) => signInResult(signIn(ctx, input)),
    completeMfa: (_, { input }, ctx) => signInResult(completeMfa(ctx, input.challengeToken, input.code)),
    stepUp: (_, { input }, ctx) => signInResult(stepUp(ctx, input.code)),
    refreshSession: (_, { input }, ctx) => signInResult(refreshSession(ctx, input?.refreshToken)),
    signOut: async (_, { input }, ctx) => ({
      __typename: 'SignedOut',
      ended: await signOut(ctx, input?.refreshToken),
    }),
  },
  Session: {
    viewer: ({ holder }, _args, ctx) => viewerAs(ctx, holder),
  },
};
